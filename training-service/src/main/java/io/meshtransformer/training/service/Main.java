package io.meshtransformer.training.service;

import io.meshtransformer.training.service.worker.WorkerProgram;
import io.meshtransformer.training.service.worker.XlaEngines;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.Arrays;

/** One artifact in two modes: the control plane, or with {@code worker} as its first argument the worker of a run. */
@QuarkusMain
public final class Main {
    private Main() {}

    public static void main(String... arguments) {
        if (arguments.length > 0 && arguments[0].equals("worker")) {
            new WorkerProgram(new XlaEngines()).main(Arrays.asList(arguments).subList(1, arguments.length));
        } else {
            Quarkus.run(arguments);
        }
    }
}
