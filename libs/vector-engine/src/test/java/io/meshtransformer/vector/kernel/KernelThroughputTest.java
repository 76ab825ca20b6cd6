package io.meshtransformer.vector.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The compiler keeps the kernels' vectors in registers; where it does not, they are ten to a hundred times slower. */
class KernelThroughputTest {
    /** A fit kernel reaches 0.2 (one row, fp32) to 1; one that allocates its vectors 0.01 to 0.05. */
    private static final double FLOOR = 0.1;

    @Test
    void everyKernelReachesATenthOfTheMachinesMultiplyAdds() throws IOException, URISyntaxException {
        // In a JVM of its own, as kernels of several widths in one spoil each other's type profiles.
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules",
                        "jdk.incubator.vector",
                        "-cp",
                        classPath(),
                        KernelThroughput.class.getName(),
                        Double.toString(FLOOR))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (var output = process.inputReader()) {
            var shares = output.lines()
                    .map(line -> line.split(" "))
                    .collect(Collectors.toMap(line -> line[0], line -> Double.parseDouble(line[1])));
            assertThat(shares).hasSizeGreaterThanOrEqualTo(8);
            assertThat(shares).allSatisfy((kernel, share) -> assertThat(share)
                    .as("share of the machine's multiply-adds that kernel %s reaches", kernel)
                    .isGreaterThanOrEqualTo(FLOOR));
        } finally {
            process.destroy();
        }
    }

    private static String classPath() throws URISyntaxException {
        return Stream.of(
                        Path.of(VectorWidth.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI()),
                        Path.of(KernelThroughput.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI()))
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
    }
}
