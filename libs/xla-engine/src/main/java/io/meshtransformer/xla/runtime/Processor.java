package io.meshtransformer.xla.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** What XLA compiles for when it compiles for a CPU: code for this processor may not run on another. */
final class Processor {
    private static final Path INFORMATION = Path.of("/proc/cpuinfo");

    private Processor() {}

    /** Architecture, and where Linux tells, model and instruction sets. */
    static String description() throws IOException {
        var architecture = System.getProperty("os.arch");
        if (!Files.isReadable(INFORMATION)) {
            return architecture;
        }
        try (var lines = Files.lines(INFORMATION)) {
            return architecture
                    + lines.filter(line -> line.startsWith("model name") || line.startsWith("flags"))
                            .distinct()
                            .collect(Collectors.joining());
        }
    }
}
