package io.meshtransformer.local.suite;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.local.LauncherException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The JVM's ahead-of-time cache of a service (JEP 514): its classes, parsed, linked and profiled in an earlier run. A service
 * starts in a third of the time with it. The JVM passes over a cache that does not fit its jars or itself.
 *
 * @param jar the service's runnable jar; cache and recording are beside it
 */
record AotCache(Path jar) {
    /** Whether a suite uses caches or makes them. */
    enum Mode {
        USE,
        /** Each service writes down what it does; {@link CacheTraining} makes caches of it. */
        RECORD
    }

    AotCache {
        requireNonNull(jar, "jar is null");
    }

    Path file() {
        return jar.resolveSibling("app.aot");
    }

    Path recording() {
        return jar.resolveSibling("app.aotconf");
    }

    /** Whether there is one that was made after the jar; every build writes the jar anew. */
    boolean fresh() {
        try {
            return Files.exists(file())
                    && Files.getLastModifiedTime(file()).compareTo(Files.getLastModifiedTime(jar)) >= 0;
        } catch (IOException e) {
            throw new LauncherException("the cache " + file() + " can't be looked at: " + e, e);
        }
    }

    /** For the JVM that runs the service. */
    List<String> options(Mode mode) {
        return switch (mode) {
            case USE -> fresh() ? List.of("-XX:AOTCache=" + file()) : List.of();
            case RECORD -> List.of("-XX:AOTMode=record", "-XX:AOTConfiguration=" + recording(), "-Xlog:aot*=off");
        };
    }

    /** For the JVM that makes the cache of the recording; its other options must be the service's. */
    List<String> createOptions() {
        return List.of(
                "-XX:AOTMode=create",
                "-XX:AOTConfiguration=" + recording(),
                "-XX:AOTCache=" + file(),
                "-Xlog:aot*=off");
    }
}
