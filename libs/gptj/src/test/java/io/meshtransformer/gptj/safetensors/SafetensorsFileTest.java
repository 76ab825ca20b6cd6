package io.meshtransformer.gptj.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.gptj.ModelFormatException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsFileTest {
    @TempDir
    private Path directory;

    @Test
    void readsValuesOfAllThreeTypes() throws IOException {
        var file = RawSafetensors.write(
                directory.resolve("three"),
                """
                {"__metadata__": {"format": "pt"},
                 "f32": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
                 "f16": {"dtype": "F16", "shape": [2, 2], "data_offsets": [8, 16]},
                 "bf16": {"dtype": "BF16", "shape": [3, 1], "data_offsets": [16, 22]},
                 "scalar": {"dtype": "F32", "shape": [], "data_offsets": [22, 26]},
                 "empty": {"dtype": "F32", "shape": [0, 5], "data_offsets": [26, 26]}}
                """,
                littleEndian(26)
                        .putFloat(1.5f)
                        .putFloat(-0f)
                        .putShort((short) 0x3C00)
                        .putShort((short) 0xC100)
                        .putShort((short) 0x0001)
                        .putShort((short) 0x7C00)
                        .putShort((short) 0x3F80)
                        .putShort((short) 0xC040)
                        .putShort((short) 0x0001)
                        .putFloat(7)
                        .array());
        try (var safetensors = SafetensorsFile.open(file)) {
            assertThat(safetensors.read("f32")).containsExactly(1.5f, -0f);
            assertThat(safetensors.read("f16")).containsExactly(1, -2.5f, 0x1p-24f, Float.POSITIVE_INFINITY);
            assertThat(safetensors.read("bf16")).containsExactly(1, -3, 0x1p-133f);
            assertThat(safetensors.read("scalar")).containsExactly(7);
            assertThat(safetensors.read("empty")).isEmpty();
            assertThat(safetensors.entries().keySet()).containsExactly("f32", "f16", "bf16", "scalar", "empty");
            assertThat(safetensors.entry("f16").shape()).isEqualTo(Shape.of(2, 2));
            assertThat(safetensors.entry("bf16").type()).isEqualTo(DataType.BF16);
            assertThat(safetensors.bytes()).isEqualTo(Files.size(file));
        }
    }

    @Test
    void readsARangeIntoTheMiddleOfATargetAcrossBuffers() throws IOException {
        var count = 3 * ReadBuffer.BYTES / Short.BYTES + 7;
        var data = littleEndian(count * Short.BYTES);
        for (var i = 0; i < count; i++) {
            data.putShort((short) i);
        }
        var file =
                RawSafetensors.write(directory.resolve("long"), header("BF16", count, data.capacity()), data.array());
        try (var safetensors = SafetensorsFile.open(file)) {
            var target = new float[count];
            safetensors.read("t", 5, target, 2, count - 6);
            assertThat(target[1]).isZero();
            assertThat(target[count - 4]).isZero();
            for (var i = 0; i < count - 6; i++) {
                assertThat(Float.floatToRawIntBits(target[2 + i]) >>> 16).isEqualTo((i + 5) & 0xFFFF);
            }
        }
    }

    @Test
    void readsBeyondTwoGibibytesOfOneTensor() throws IOException {
        // More elements than an int counts, too.
        var elements = 3_000_000_000L;
        var header = header("BF16", elements, 2 * elements).getBytes(StandardCharsets.UTF_8);
        var file = directory.resolve("large");
        // A hole of zeros: the file takes no room on the disk.
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(littleEndian(8).putLong(header.length).flip(), 0);
            channel.write(ByteBuffer.wrap(header), 8);
            channel.write(littleEndian(2).putShort((short) 0x3F80).flip(), 8 + header.length + 2 * elements - 2);
        }
        try (var safetensors = SafetensorsFile.open(file)) {
            var target = new float[3];
            safetensors.read("t", elements - 3, target, 0, 3);
            assertThat(target).containsExactly(0, 0, 1);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> safetensors.read("t"))
                    .withMessage("tensor t has 3000000000 elements, too many for one array");
        }
    }

    @Test
    void refusesRangesOutsideTheTensorOrTheTarget() throws IOException {
        var file = RawSafetensors.write(directory.resolve("two"), header("F32", 2, 8), new byte[8]);
        try (var safetensors = SafetensorsFile.open(file)) {
            assertThatThrownBy(() -> safetensors.read("t", 1, new float[2], 0, 2))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> safetensors.read("t", -1, new float[2], 0, 1))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> safetensors.read("t", 0, new float[2], 1, 2))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> safetensors.read("u"))
                    .withMessage("there is no tensor u in " + file);
        }
    }

    @Test
    void refusesToReadATypeThatIsNoWeight() throws IOException {
        var file = RawSafetensors.write(directory.resolve("i64"), header("I64", 1, 8), new byte[8]);
        try (var safetensors = SafetensorsFile.open(file)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> safetensors.read("t"))
                    .withMessage("tensor t is I64, only F32, F16 and BF16 are read as weights");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 12]} | tensor a of shape [2] in F32 needs 8 bytes, its data_offsets span 12
                    "a": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]} | tensor a has data_offsets [0, 16], they must be in order and at most 12, the bytes of data in the file: is it truncated?
                    "a": {"dtype": "F32", "shape": [3], "data_offsets": [12, 0]} | tensor a has data_offsets [12, 0], they must be in order and at most 12, the bytes of data in the file: is it truncated?
                    "a": {"dtype": "F32", "shape": [2], "data_offsets": [4, 12]} | there is a hole before tensor a, from 0 to 4
                    "a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]} | the last tensor ends at 8, the file has 12 bytes of data
                    "a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}, "b": {"dtype": "F32", "shape": [2], "data_offsets": [4, 12]} | tensor b begins at 4, inside the tensor before it, which ends at 8
                    "a": {"dtype": "F12", "shape": [2], "data_offsets": [0, 12]} | tensor a has dtype "F12", which is no safetensors type
                    "a": {"shape": [2], "data_offsets": [0, 12]} | tensor a has dtype null, which is no safetensors type
                    "a": 3 | tensor a has dtype null, which is no safetensors type
                    "a": {"dtype": "F32", "shape": [-3], "data_offsets": [0, 12]} | tensor a has shape [-3], it must be a list of whole numbers from 0
                    "a": {"dtype": "F32", "shape": 3, "data_offsets": [0, 12]} | tensor a has shape 3, it must be a list of whole numbers from 0
                    "a": {"dtype": "F32", "shape": [3.0], "data_offsets": [0, 12]} | tensor a has shape [3.0], it must be a list of whole numbers from 0
                    "a": {"dtype": "F32", "shape": [3], "data_offsets": [0]} | tensor a has data_offsets [0], they must be two whole numbers from 0
                    "a": {"dtype": "F32", "shape": [3], "data_offsets": [-12, 0]} | tensor a has data_offsets [-12,0], they must be two whole numbers from 0
                    "a": {"dtype": "F32", "shape": [4294967296, 4294967296, 3], "data_offsets": [0, 12]} | tensor a has shape [4294967296, 4294967296, 3], which is more than a file can hold
                    "a": {"dtype": "F32", "shape": [4611686018427387904], "data_offsets": [0, 12]} | tensor a has shape [4611686018427387904], which is more than a file can hold
                    "a": {"dtype": "F32", "shape": [3], "data_offsets": [0, 12]}, "a": {"dtype": "F32", "shape": [3], "data_offsets": [0, 12]} | the header is not JSON: Duplicate field 'a'
                    """)
    void refusesAHeaderThatDoesNotDescribeItsBytes(String tensors, String problem) {
        var file = RawSafetensors.write(directory.resolve("bad"), "{" + tensors + "}", new byte[12]);
        assertThatThrownBy(() -> SafetensorsFile.open(file))
                .isInstanceOfSatisfying(ModelFormatException.InvalidSafetensors.class, e -> {
                    assertThat(e.problems()).containsExactly(problem);
                    assertThat(e.code()).isEqualTo("invalid_safetensors");
                });
    }

    @Test
    void namesEveryBadTensorInOneError() {
        var file = RawSafetensors.write(directory.resolve("bad"), """
                {"a": {"dtype": "F12", "shape": [2], "data_offsets": [0, 4]},
                 "b": {"dtype": "F32", "shape": [2], "data_offsets": [4, 8]}}
                """, new byte[8]);
        assertThatThrownBy(() -> SafetensorsFile.open(file))
                .hasMessageContaining("has 2 problems")
                .hasMessageContaining("tensor a has dtype \"F12\"")
                .hasMessageContaining("tensor b of shape [2] in F32 needs 8 bytes");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 33_554_433, 1L << 40, -1})
    void refusesALengthThatIsNoHeader(long length) {
        var file = RawSafetensors.write(directory.resolve("bad"), length, "{}");
        assertThatThrownBy(() -> SafetensorsFile.open(file))
                .isInstanceOf(ModelFormatException.InvalidSafetensors.class)
                .hasMessageContaining(
                        "the header's length is " + Long.toUnsignedString(length) + ", it must be from 2 to");
    }

    @Test
    void saysThatAFileIsTruncated() throws IOException {
        var short7 = Files.write(directory.resolve("short"), new byte[7]);
        assertThatThrownBy(() -> SafetensorsFile.open(short7)).hasMessageContaining("has 7 bytes");
        var header = RawSafetensors.write(directory.resolve("header"), 3, "{}");
        assertThatThrownBy(() -> SafetensorsFile.open(header))
                .hasMessageContaining("the header's length is 3, but only 2 bytes follow: is the file truncated?");
        var data = RawSafetensors.write(directory.resolve("data"), header("F32", 2, 8), new byte[7]);
        assertThatThrownBy(() -> SafetensorsFile.open(data)).hasMessageContaining("is it truncated?");
        assertThatThrownBy(() -> SafetensorsFile.open(directory.resolve("none")))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void saysWhenAFileGetsShorterWhileItIsRead() throws IOException {
        var file = RawSafetensors.write(directory.resolve("shrinking"), header("F32", 2, 8), new byte[8]);
        try (var safetensors = SafetensorsFile.open(file)) {
            try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(channel.size() - 1);
            }
            assertThatThrownBy(() -> safetensors.read("t"))
                    .isInstanceOf(EOFException.class)
                    .hasMessageContaining("ended at byte");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "\u0000\u0000", "{} x", "{\"__metadata__\": {}, \"a\": }"})
    void refusesAHeaderThatIsNoJsonObject(String header) {
        var padded = header + " ".repeat(Math.max(0, 2 - header.length()));
        assertThatThrownBy(() -> SafetensorsFile.open(RawSafetensors.write(directory.resolve("bad"), padded)))
                .isInstanceOf(ModelFormatException.InvalidSafetensors.class)
                .hasMessageMatching(".*the header (is not JSON|must be a JSON object).*");
    }

    @Test
    void acceptsAHeaderPaddedWithSpaces() throws IOException {
        var file = RawSafetensors.write(directory.resolve("padded"), header("F32", 1, 4) + "     ", new byte[4]);
        try (var safetensors = SafetensorsFile.open(file)) {
            assertThat(safetensors.read("t")).containsExactly(0);
        }
    }

    private static String header(String type, long elements, long bytes) {
        return "{\"t\": {\"dtype\": \"" + type + "\", \"shape\": [" + elements + "], \"data_offsets\": [0, " + bytes
                + "]}}";
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
