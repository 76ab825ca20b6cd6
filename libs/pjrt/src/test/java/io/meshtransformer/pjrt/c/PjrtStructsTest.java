package io.meshtransformer.pjrt.c;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PjrtStructsTest {
    private static final String MODULE = "github.com/gomlx/go-xla@v0.1.4";

    @TempDir
    Path directory;

    @Test
    void offsetsSizesAndEnumsAreThoseOfTheHeader() throws IOException {
        assertThat(HeaderTable.declared()).isEqualTo(Files.readAllLines(HeaderTable.GOLDEN));
    }

    @Test
    void theGoldenTableIsWhatACompilerFindsInTheHeader() throws Exception {
        var compiled = HeaderTable.compiled(header(), directory);

        assertThat(compiled).isEqualTo(Files.readAllLines(HeaderTable.GOLDEN));
    }

    @Test
    void aFieldOfAnotherNameOrTypeIsRefused() {
        try (var scope = new NativeScope()) {
            var struct = scope.struct(PjrtStructs.EVENT_IS_READY);

            assertThatThrownBy(() -> struct.getBoolean("is_redy"))
                    .hasMessage("PJRT_Event_IsReady_Args has no field is_redy");
            assertThatThrownBy(() -> struct.getInt("is_ready"))
                    .hasMessage("PJRT_Event_IsReady_Args.is_ready is BOOL, not INT");
        }
    }

    /** The header comes with a Go module; it is not in this repository. */
    private static Path header() {
        return moduleCache()
                .map(cache -> cache.resolve(MODULE).resolve("pkg/pjrt/pjrt_c_api.h"))
                .filter(header -> Files.isRegularFile(header) && hasCompiler())
                .orElseGet(
                        () -> abort("SKIPPED, the golden table was not compared with the header: that takes cc and \"go"
                                + " mod download " + MODULE + "\""));
    }

    private static Optional<Path> moduleCache() {
        var configured = Optional.ofNullable(System.getenv("GOMODCACHE")).map(Path::of);
        var usual = Path.of(System.getProperty("user.home"), "go", "pkg", "mod");
        return Optional.of(configured.orElse(usual)).filter(Files::isDirectory);
    }

    private static boolean hasCompiler() {
        return Optional.ofNullable(System.getenv("PATH")).stream()
                .flatMap(path -> Arrays.stream(path.split(":")))
                .anyMatch(entry -> Files.isExecutable(Path.of(entry, "cc")));
    }
}
