package io.meshtransformer.training.service.control;

import io.meshtransformer.training.run.RunConfiguration.Launch;
import io.meshtransformer.training.service.run.Input;
import io.meshtransformer.training.service.run.State;
import io.meshtransformer.training.service.store.RunEntity;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** How many runs may have a worker at once, for each launcher; the oldest come first. */
@ApplicationScoped
public class Places {
    private final Map<String, Integer> limits;

    Places(TrainingConfiguration training, KubernetesConfiguration kubernetes) {
        limits = Map.of(Launch.LOCAL, training.maxRunning(), Launch.KUBERNETES, kubernetes.maxRunning());
    }

    /** @param going runs that have not ended, oldest first */
    void assign(List<RunEntity> going, BiConsumer<RunEntity, Input> meet) {
        var taken = new HashMap<String, Integer>();
        for (var run : going) {
            if (run.run().state().hasPlace()) {
                taken.merge(run.launcher(), 1, Integer::sum);
            }
        }
        for (var run : going) {
            if (run.run().state() instanceof State.Accepted || run.run().state() instanceof State.Queued) {
                boolean free = taken.getOrDefault(run.launcher(), 0) < limits.get(run.launcher());
                meet.accept(run, free ? new Input.Place() : new Input.NoPlace());
                if (free) {
                    taken.merge(run.launcher(), 1, Integer::sum);
                }
            }
        }
    }
}
