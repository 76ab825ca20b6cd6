package io.meshtransformer.training.service.control;

import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.JsonObject;
import io.meshtransformer.training.run.InvalidConfigurationException;
import io.meshtransformer.training.run.RunConfiguration;
import io.meshtransformer.training.service.run.State;
import io.meshtransformer.training.service.store.RunEntity;
import java.nio.file.Path;

/** What may be submitted, and under a name that is taken. */
final class Submissions {
    private Submissions() {}

    /**
     * @param folder against which relative paths go
     * @throws Refusal with every mistake, by key
     */
    static RunConfiguration read(JsonObject configuration, Path folder) {
        try {
            return RunConfiguration.parse(configuration.toTree(), folder);
        } catch (InvalidConfigurationException e) {
            throw new Refusal(FailureCode.INVALID_REQUEST, e.getMessage(), "configuration");
        }
    }

    /** @throws Refusal if the run of this name is another one, or goes with other rules now */
    static void check(RunEntity run, RunConfiguration wanted) {
        var before = RunConfiguration.parse(run.configuration().toTree(), Path.of("/"));
        var conflicts = wanted.conflicts(before);
        if (!conflicts.isEmpty()) {
            throw conflict("run '" + wanted.name() + "' is there with another configuration: "
                    + String.join("; ", conflicts) + "; another name makes another run");
        }
        if (!(run.run().state() instanceof State.Ended) && !wanted.sameAs(before)) {
            throw conflict("run '" + wanted.name()
                    + "' goes on with other rules; cancel it, and submit it again to change them");
        }
    }

    private static Refusal conflict(String message) {
        return new Refusal(FailureCode.RUN_CONFLICT, message, "configuration");
    }
}
