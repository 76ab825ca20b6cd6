package io.meshtransformer.training.service.store;

import io.meshtransformer.contracts.JsonObject;
import io.meshtransformer.contracts.RunState;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Sort;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The runs. Every method is part of its caller's transaction. */
@ApplicationScoped
public class RunRepository implements PanacheRepositoryBase<RunEntity, String> {
    public RunEntity add(String name, JsonObject configuration, String launcher, Instant now) {
        var run = new RunEntity(name, configuration, launcher, now);
        persist(run);
        return run;
    }

    public Optional<RunEntity> named(String name) {
        return findByIdOptional(name);
    }

    /** The runs that have not ended, oldest first. */
    public List<RunEntity> going() {
        var ended = List.of(RunState.FINISHED, RunState.FAILED, RunState.CANCELLED);
        return list("state not in ?1", Sort.by("created", "name"), ended);
    }

    /** How many there are in each state that has any. */
    public Map<RunState, Long> counts() {
        return getEntityManager()
                .createQuery("select state, count(*) from RunEntity group by state", Object[].class)
                .getResultStream()
                .collect(Collectors.toMap(row -> (RunState) row[0], row -> (Long) row[1]));
    }

    public List<RunEntity> newest(int most) {
        return findAll(Sort.by("created").descending().and("name"))
                .page(0, most)
                .list();
    }
}
