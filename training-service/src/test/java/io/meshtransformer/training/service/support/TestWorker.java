package io.meshtransformer.training.service.support;

import io.meshtransformer.testkit.process.JavaProgram;
import io.meshtransformer.training.service.worker.WorkerProgram;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The worker as it is, around an engine that counts. The first argument is the file that makes it hurry. */
public final class TestWorker {
    private TestWorker() {}

    public static void main(String[] arguments) {
        // HURRY worker --run ...
        new WorkerProgram(new CountingEngines(Path.of(arguments[0])))
                .main(Arrays.asList(arguments).subList(2, arguments.length));
    }

    /** What starts it. */
    public static List<String> command(Path hurry) {
        return JavaProgram.command(128, TestWorker.class, hurry.toString());
    }
}
