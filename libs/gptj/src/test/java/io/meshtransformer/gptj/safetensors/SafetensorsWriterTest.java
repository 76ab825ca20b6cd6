package io.meshtransformer.gptj.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.files.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsWriterTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        // halfway between two neighbours: to the one whose last bit is 0
        "BF16, 0x3F808000, 0x3F80",
        "BF16, 0x3F818000, 0x3F82",
        "BF16, 0x3F808001, 0x3F81",
        "BF16, 0xBF808001, 0xBF81",
        "BF16, 0x7F800000, 0x7F80",
        "BF16, 0x00018000, 0x0002",
        "F16, 0x3F801000, 0x3C00",
        "F16, 0x3F803000, 0x3C02",
        "F16, 0xBF801001, 0xBC01",
        "F16, 0x477FEFFF, 0x7BFF",
        "F16, 0x33000000, 0x0000",
        "F16, 0x33000001, 0x0001",
        "F16, 0xFF800000, 0xFC00"
    })
    void roundsToNearestTiesToEven(DataType type, String single, String half) throws IOException {
        var value = Float.intBitsToFloat(Long.decode(single).intValue());
        var file = directory.resolve("one");
        try (var writer = SafetensorsWriter.create(file, one(type, Shape.of(1)))) {
            writer.write("t", 0, new float[] {value}, 0, 1);
            writer.complete();
        }
        var bytes = Files.readAllBytes(file);
        var written = bytes[bytes.length - 2] & 0xFF | (bytes[bytes.length - 1] & 0xFF) << 8;
        assertThat(Integer.toHexString(written)).isEqualTo(Integer.toHexString(Integer.decode(half)));
    }

    @Test
    void hashesAFileThatIsWrittenInOrder() throws IOException {
        var tensors = new LinkedHashMap<String, TensorSpecification>();
        tensors.put("a", new TensorSpecification(DataType.F32, Shape.of(2, 2)));
        tensors.put("b", new TensorSpecification(DataType.BF16, Shape.of(3)));
        var file = directory.resolve("hashed");
        try (var writer = SafetensorsWriter.createInOrder(file, tensors)) {
            writer.write("a", 0, new float[] {1, 2, 3}, 0, 3);
            assertThatThrownBy(() -> writer.write("b", 0, new float[3], 0, 3))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is written in order");
            assertThatThrownBy(writer::sha256).hasMessageContaining("a (1 elements left)");
            writer.write("a", 3, new float[] {4}, 0, 1);
            writer.write("b", 0, new float[] {5, 6, 7}, 0, 3);
            writer.complete();
            assertThat(writer.sha256()).isEqualTo(Sha256.of(file));
        }
    }

    @Test
    void aNotANumberStaysOneInBrainFloat() throws IOException {
        var file = directory.resolve("nan");
        try (var writer = SafetensorsWriter.create(file, one(DataType.BF16, Shape.of(1)))) {
            // Its payload lies in the lower half alone, which is cut off.
            writer.write("t", 0, new float[] {Float.intBitsToFloat(0x7F800001)}, 0, 1);
            writer.complete();
        }
        try (var read = SafetensorsFile.open(file)) {
            assertThat(read.read("t")).containsExactly(Float.NaN);
        }
    }

    @ParameterizedTest
    @CsvSource({"F16, 65520", "F16, -1e9", "BF16, 3.4e38"})
    void refusesAFiniteValueThatWouldBecomeInfinite(DataType type, float value) throws IOException {
        try (var writer = SafetensorsWriter.create(directory.resolve("large"), one(type, Shape.of(1)))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> writer.write("t", 0, new float[] {value}, 0, 1))
                    .withMessageContaining("tensor t has a value of magnitude " + Math.abs(value))
                    .withMessageContaining("which would become infinite in " + type);
        }
    }

    @Test
    void dataBeginsAtAMultipleOfEightAndNamesTheLayout() throws IOException {
        for (var name : List.of("a", "ab", "abc", "abcd", "größe")) {
            var file = directory.resolve(name);
            var tensors = new LinkedHashMap<String, TensorSpecification>();
            tensors.put(name, new TensorSpecification(DataType.F32, Shape.of(0)));
            try (var writer = SafetensorsWriter.create(file, tensors)) {
                writer.complete();
            }
            assertThat(Files.size(file) % 8).isZero();
            assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                    .contains("\"__metadata__\":{\"format\":\"pt\"}");
            try (var read = SafetensorsFile.open(file)) {
                assertThat(read.read(name)).isEmpty();
            }
        }
    }

    @Test
    void aFileAppearsUnderItsNameOnlyWhenItIsWhole() throws IOException {
        var file = directory.resolve("whole");
        try (var writer = SafetensorsWriter.create(file, one(DataType.F32, Shape.of(3)))) {
            writer.write("t", 1, new float[] {1, 2}, 0, 2);
            assertThatThrownBy(writer::complete)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("[t (1 elements left)]");
            assertThat(file).doesNotExist();
            writer.write("t", 0, new float[1], 0, 1);
            writer.complete();
            assertThat(file).exists();
        }
        assertThat(directory).isDirectoryContaining(path -> path.equals(file));
        assertThat(directory.toFile().list()).containsExactly("whole");
    }

    @Test
    void anAbandonedFileLeavesNothing() throws IOException {
        SafetensorsWriter.create(directory.resolve("left"), one(DataType.F32, Shape.of(3)))
                .close();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void refusesToOverwrite() throws IOException {
        var file = Files.writeString(directory.resolve("there"), "mine");
        assertThatThrownBy(() -> SafetensorsWriter.create(file, one(DataType.F32, Shape.of(3))))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(file).hasContent("mine");
    }

    @Test
    void refusesWhatWasNotAnnounced() throws IOException {
        try (var writer = SafetensorsWriter.create(directory.resolve("two"), one(DataType.F32, Shape.of(2)))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> writer.write("u", 0, new float[1], 0, 1))
                    .withMessageContaining("no tensor u was announced");
            assertThatThrownBy(() -> writer.write("t", 1, new float[2], 0, 2))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TensorSpecification(DataType.I64, Shape.of(1)))
                .withMessageContaining("I64");
    }

    private static SequencedMap<String, TensorSpecification> one(DataType type, Shape shape) {
        var tensors = new LinkedHashMap<String, TensorSpecification>();
        tensors.put("t", new TensorSpecification(type, shape));
        return tensors;
    }
}
