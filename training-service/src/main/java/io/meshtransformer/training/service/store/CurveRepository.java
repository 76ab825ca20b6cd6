package io.meshtransformer.training.service.store;

import io.meshtransformer.contracts.RunCurve;
import io.meshtransformer.contracts.RunCurve.StepPoint;
import io.meshtransformer.contracts.RunCurve.ValidationPoint;
import io.meshtransformer.contracts.TrainingEvent;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import org.hibernate.Session;

/** What steps and validations said: the tables {@code step} and {@code validation}. */
@ApplicationScoped
public class CurveRepository {
    private static final String ADD_STEP = """
            insert into training.step (run, step, time, loss, cross_entropy, learning_rate, gradient_norm,
                gradient_noise_scale, seconds, tokens_per_second, mfu, tokens, epoch)
            values (:run, :step, :time, :loss, :cross, :rate, :norm, cast(:noise as double precision), :seconds, :speed,
                cast(:mfu as double precision), :tokens, :epoch)
            on conflict (run, step) do update set
                time = excluded.time, loss = excluded.loss, cross_entropy = excluded.cross_entropy,
                learning_rate = excluded.learning_rate, gradient_norm = excluded.gradient_norm,
                gradient_noise_scale = excluded.gradient_noise_scale, seconds = excluded.seconds,
                tokens_per_second = excluded.tokens_per_second, mfu = excluded.mfu, tokens = excluded.tokens,
                epoch = excluded.epoch""";
    private static final String ADD_VALIDATION = """
            insert into training.validation (run, step, set_name, time, loss) values (:run, :step, :set, :time, :loss)
            on conflict (run, step, set_name) do update set time = excluded.time, loss = excluded.loss""";
    private static final String STEPS = """
            select step, time, loss, cross_entropy, learning_rate, gradient_norm, gradient_noise_scale, seconds,
                tokens_per_second, mfu, tokens, epoch
            from training.step
            where run = :run and step >= :from
                and (step % :stride = 0 or step = (select max(step) from training.step where run = :run))
            order by step""";
    private static final String VALIDATIONS = """
            select step, time, set_name, loss from training.validation
            where run = :run and step >= :from order by step, set_name limit :limit""";

    private final Session database;

    CurveRepository(Session database) {
        this.database = database;
    }

    void add(TrainingEvent.StepCompleted event) {
        database.createNativeMutationQuery(ADD_STEP)
                .setParameter("run", event.run())
                .setParameter("step", event.step())
                .setParameter("time", event.time())
                .setParameter("loss", event.loss())
                .setParameter("cross", event.crossEntropy())
                .setParameter("rate", event.learningRate())
                .setParameter("norm", event.gradientNorm())
                .setParameter("noise", text(event.gradientNoiseScale()))
                .setParameter("seconds", event.seconds())
                .setParameter("speed", event.tokensPerSecond())
                .setParameter("mfu", text(event.mfu()))
                .setParameter("tokens", event.tokens())
                .setParameter("epoch", event.epoch())
                .executeUpdate();
    }

    /** A null has no type of its own in a native query; a text that is cast has. */
    private static String text(Double number) {
        return number == null ? null : number.toString();
    }

    void add(TrainingEvent.ValidationCompleted event) {
        database.createNativeMutationQuery(ADD_VALIDATION)
                .setParameter("run", event.run())
                .setParameter("step", event.step())
                .setParameter("set", event.set())
                .setParameter("time", event.time())
                .setParameter("loss", event.loss())
                .executeUpdate();
    }

    /**
     * The curve from a step on.
     *
     * @param limit most steps; where there are more, every n-th is given, and the last one
     */
    public RunCurve read(String run, long from, int limit) {
        var last = database.createNativeQuery("select max(step) from training.step where run = :run", Long.class)
                .setParameter("run", run)
                .getSingleResult();
        long steps = last == null || last < from ? 0 : last - from + 1;
        // The last step may stand beside the n-th ones.
        long stride = steps <= limit ? 1 : Math.ceilDiv(steps, Math.max(1, limit - 1));
        return new RunCurve(stride, steps(run, from, stride), validations(run, from, limit));
    }

    private List<StepPoint> steps(String run, long from, long stride) {
        return database
                .createNativeQuery(STEPS, Object[].class)
                .setParameter("run", run)
                .setParameter("from", from)
                .setParameter("stride", stride)
                .getResultList()
                .stream()
                .map(CurveRepository::step)
                .toList();
    }

    private static StepPoint step(Object[] row) {
        return new StepPoint(
                (Long) row[0],
                (Instant) row[1],
                (Double) row[2],
                (Double) row[3],
                (Double) row[4],
                (Double) row[5],
                (Double) row[6],
                (Double) row[7],
                (Double) row[8],
                (Double) row[9],
                (Long) row[10],
                (Double) row[11]);
    }

    private List<ValidationPoint> validations(String run, long from, int limit) {
        return database
                .createNativeQuery(VALIDATIONS, Object[].class)
                .setParameter("run", run)
                .setParameter("from", from)
                .setParameter("limit", limit)
                .getResultList()
                .stream()
                .map(row -> new ValidationPoint((Long) row[0], (Instant) row[1], (String) row[2], (Double) row[3]))
                .toList();
    }
}
