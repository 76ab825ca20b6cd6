package io.meshtransformer.local.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.random.RandomModel;
import io.meshtransformer.gptj.safetensors.DataType;
import io.meshtransformer.gptj.source.CheckpointSource;
import io.meshtransformer.gptj.source.CopyProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is called off, killed or damaged leaves nothing that looks whole. */
class ConversionTest {
    private static final GptjConfig CONFIG = new GptjConfig(32, 16, 16, 1, 8, 2, 64, 1e-5f, 31, 31);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(Layout.class)
    void whereverItIsCalledOffNothingRemains(Layout layout) throws IOException {
        RandomModel.write(directory.resolve("model"), CONFIG, DataType.F32, 1);
        var calls = new int[1];
        convert(layout, "whole", () -> calls[0]++);
        assertThat(directory.resolve("whole/hashes.json")).exists();
        // The first and last of writing and comparing, and some between.
        for (var stop = 0; stop < calls[0]; stop += Math.max(1, calls[0] / 6)) {
            var left = new int[] {stop};
            assertThatThrownBy(() -> convert(layout, "there", () -> {
                        if (left[0]-- == 0) {
                            throw new CancellationException();
                        }
                    }))
                    .isInstanceOf(CancellationException.class);
            try (var files = Files.list(directory)) {
                assertThat(files.map(file -> file.getFileName().toString()))
                        .containsExactlyInAnyOrder("model", "whole");
            }
        }
    }

    @Test
    void whatWasWrittenWrongIsFoundByElement() throws IOException {
        RandomModel.write(directory.resolve("one"), CONFIG, DataType.F32, 1);
        RandomModel.write(directory.resolve("other"), CONFIG, DataType.F32, 2);
        try (var one = CheckpointSource.open(directory.resolve("one"));
                var other = CheckpointSource.open(directory.resolve("other"))) {
            assertThat(ReadBack.hashes(one, one, DataType.F32, CopyProgress.SILENT))
                    .hasSize(15);
            assertThatThrownBy(() -> ReadBack.hashes(one, other, DataType.F32, CopyProgress.SILENT))
                    .isInstanceOf(ConversionException.class)
                    .hasMessageStartingWith("element 0 of transformer.wte.weight is ");
            assertThatThrownBy(() -> ReadBack.hashes(one, one, DataType.BF16, CopyProgress.SILENT))
                    .isInstanceOf(ConversionException.class);
        }
    }

    @Test
    void aProcessThatIsTerminatedClearsAway() throws Exception {
        var large = new GptjConfig(4096, 64, 512, 8, 8, 16, 2048, 1e-5f, 0, 0);
        RandomModel.write(directory.resolve("model"), large, DataType.BF16, 1);
        var there = directory.resolve("there");
        var partial = directory.resolve("there.partial");
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        MtjConvert.class.getName(),
                        directory.resolve("model").toString(),
                        there.toString(),
                        "--format",
                        "mtj")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile())
                .start();
        try {
            while (process.isAlive() && !Files.exists(partial)) {
                Thread.onSpinWait();
            }
            process.destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue())
                .as(Files.readString(directory.resolve("output")))
                .isEqualTo(143);
        assertThat(partial).doesNotExist();
        assertThat(there).doesNotExist();
    }

    private void convert(Layout layout, String name, Runnable heard) throws IOException {
        var request = new Request(
                directory.resolve("model").toString(),
                directory.resolve(name),
                layout,
                2,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        new Conversion(request, (_, _, _) -> heard.run(), InstantSource.system()).run();
    }
}
