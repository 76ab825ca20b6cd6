package io.meshtransformer.training.service.store;

import io.meshtransformer.contracts.RunDescription.CheckpointDescription;
import io.meshtransformer.contracts.TrainingEvent;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.hibernate.Session;

/** Committed checkpoints that are still there: the table {@code checkpoint}. */
@ApplicationScoped
public class CheckpointRepository {
    private static final String ADD = """
            insert into training.checkpoint as row (run, step, time, path, bytes, validation_loss, best, published)
            values (:run, :step, :time, :path, :bytes, cast(:loss as double precision), :best, :published)
            on conflict (run, step) do update set
                time = case when excluded.published then row.time else excluded.time end,
                path = excluded.path, bytes = excluded.bytes, validation_loss = excluded.validation_loss,
                best = excluded.best, published = row.published or excluded.published""";
    private static final String SELECT =
            "select step, path, bytes, validation_loss, best, published, time from training.checkpoint where run = :run";

    private final Session database;

    CheckpointRepository(Session database) {
        this.database = database;
    }

    void add(TrainingEvent.CheckpointCommitted event) {
        if (event.best()) {
            database.createNativeMutationQuery(
                            "update training.checkpoint set best = false where run = :run and best and step <> :step")
                    .setParameter("run", event.run())
                    .setParameter("step", event.step())
                    .executeUpdate();
        }
        database.createNativeMutationQuery(ADD)
                .setParameter("run", event.run())
                .setParameter("step", event.step())
                .setParameter("time", event.time())
                .setParameter("path", event.path())
                .setParameter("bytes", event.bytes())
                .setParameter(
                        "loss",
                        event.validationLoss() == null
                                ? null
                                : event.validationLoss().toString())
                .setParameter("best", event.best())
                .setParameter("published", event.publish())
                .executeUpdate();
    }

    void remove(String run, long step) {
        database.createNativeMutationQuery("delete from training.checkpoint where run = :run and step = :step")
                .setParameter("run", run)
                .setParameter("step", step)
                .executeUpdate();
    }

    /** Oldest first. */
    public List<CheckpointDescription> all(String run) {
        return database
                .createNativeQuery(SELECT + " order by step", Object[].class)
                .setParameter("run", run)
                .getResultList()
                .stream()
                .map(CheckpointRepository::checkpoint)
                .toList();
    }

    public Optional<CheckpointDescription> last(String run) {
        return database.createNativeQuery(SELECT + " order by step desc limit 1", Object[].class)
                .setParameter("run", run)
                .getResultStream()
                .map(CheckpointRepository::checkpoint)
                .findFirst();
    }

    private static CheckpointDescription checkpoint(Object[] row) {
        return new CheckpointDescription(
                (Long) row[0],
                (String) row[1],
                (Long) row[2],
                (Double) row[3],
                (Boolean) row[4],
                (Boolean) row[5],
                (Instant) row[6]);
    }
}
