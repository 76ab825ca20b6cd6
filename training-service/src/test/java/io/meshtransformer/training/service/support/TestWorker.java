package io.meshtransformer.training.service.support;

import io.meshtransformer.training.service.worker.WorkerProgram;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

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
        return Stream.concat(
                        Stream.of(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Xshare:auto",
                                "-Xmx128m",
                                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager"),
                        Stream.of("-cp", classPath(), TestWorker.class.getName(), hurry.toString()))
                .toList();
    }

    static String classPath() {
        // Surefire's own class path is a jar that names the real one.
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }
}
