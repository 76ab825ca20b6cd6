package io.meshtransformer.vector.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class KernelSourcesTest {
    @Test
    void theKernelsInTheSourceTreeAreWhatTheGeneratorWrites() throws IOException {
        var folder = Path.of("src/main/java/io/meshtransformer/vector/kernel");
        for (var source : KernelSources.sources().entrySet()) {
            assertThat(withoutLayout(Files.readString(folder.resolve(source.getKey()))))
                    .as("%s, to be generated again by KernelSources and formatted", source.getKey())
                    .isEqualTo(withoutLayout(source.getValue()));
        }
    }

    private static String withoutLayout(String source) {
        return source.replaceAll("[\\s*]+", "");
    }
}
