package io.meshtransformer.testkit.process;

import java.util.List;
import java.util.stream.Stream;

/** Commands that start what this test runs on in a process of its own. */
public final class JavaProgram {
    private JavaProgram() {}

    /** The Java that runs this test. */
    static Stream<String> java(String... options) {
        return Stream.concat(
                Stream.of(ProcessHandle.current().info().command().orElseThrow(), "-XX:+UseSerialGC"),
                Stream.of(options));
    }

    /** A class of this test's class path with a {@code main}. */
    public static List<String> command(int heapMebibytes, Class<?> program, String... arguments) {
        var start = java(
                "-Xmx" + heapMebibytes + "m",
                // Its life is short.
                "-XX:TieredStopAtLevel=1",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-cp",
                classPath(),
                program.getName());
        return Stream.concat(start, Stream.of(arguments)).toList();
    }

    private static String classPath() {
        // Surefire's own class path is a jar that names the real one.
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }
}
