package io.meshtransformer.gptj.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.gptj.ModelFormatException;
import io.meshtransformer.gptj.safetensors.DataType;
import io.meshtransformer.gptj.safetensors.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoredArchiveTest {
    @TempDir
    private Path directory;

    @Test
    void theJdkReadsWhatIsWritten() throws IOException {
        var file = directory.resolve("written.zip");
        try (var archive = StoredArchiveWriter.create(file)) {
            archive.begin("a.txt");
            archive.write(text("to be, "));
            archive.write(text("or not"));
            archive.begin("empty");
            archive.begin("folder/b");
            archive.write(text("b"));
            archive.complete();
        }
        try (var zip = new ZipFile(file.toFile())) {
            assertThat(zip.stream().map(ZipEntry::getName)).containsExactly("a.txt", "empty", "folder/b");
            assertThat(zip.getInputStream(zip.getEntry("a.txt")).readAllBytes())
                    .asString()
                    .isEqualTo("to be, or not");
            assertThat(zip.getEntry("a.txt").getCrc()).isEqualTo(crc("to be, or not"));
        }
        try (var archive = StoredArchive.open(file)) {
            assertThat(archive.entries().keySet()).containsExactly("a.txt", "empty", "folder/b");
            assertThat(archive.bytes(archive.entries().get("a.txt"), 20))
                    .asString()
                    .isEqualTo("to be, or not");
            assertThat(archive.bytes(archive.entries().get("empty"), 0)).isEmpty();
            assertThatThrownBy(() -> archive.bytes(archive.entries().get("a.txt"), 12))
                    .hasMessage(file + ": a.txt has 13 bytes, at most 12 are read of it");
        }
    }

    @Test
    void readsWhatTheJdkWroteStoredAndRefusesWhatItCompressed() throws IOException {
        var file = directory.resolve("jdk.zip");
        try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.setComment("a comment behind the end");
            var entry = new ZipEntry("stored");
            entry.setMethod(ZipEntry.STORED);
            entry.setSize(3);
            entry.setCrc(crc("abc"));
            zip.putNextEntry(entry);
            zip.write("abc".getBytes(StandardCharsets.US_ASCII));
        }
        try (var archive = StoredArchive.open(file)) {
            assertThat(archive.bytes(archive.entries().get("stored"), 3))
                    .asString()
                    .isEqualTo("abc");
        }
        var compressed = directory.resolve("compressed.zip");
        try (var zip = new ZipOutputStream(Files.newOutputStream(compressed))) {
            zip.putNextEntry(new ZipEntry("small"));
            zip.write(new byte[1000]);
        }
        assertThatThrownBy(() -> StoredArchive.open(compressed))
                .isInstanceOf(ModelFormatException.InvalidArchive.class)
                .hasMessageStartingWith(compressed + ": small is compressed (method 8)");
    }

    @Test
    void aCutArchiveIsNamedWhereverItIsCut() throws IOException {
        var file = directory.resolve("whole.zip");
        try (var archive = StoredArchiveWriter.create(file)) {
            archive.begin("numbers");
            archive.write(ByteBuffer.allocate(50));
            archive.complete();
        }
        var whole = Files.readAllBytes(file);
        var cut = directory.resolve("cut.zip");
        for (var bytes = 0; bytes < whole.length; bytes++) {
            Files.write(cut, Arrays.copyOf(whole, bytes));
            assertThatThrownBy(() -> StoredArchive.open(cut))
                    .isInstanceOf(ModelFormatException.InvalidArchive.class)
                    .hasMessageStartingWith(cut.toString());
        }
        // What was lost at the beginning moves everything behind it.
        for (var bytes = 1; bytes < whole.length - StoredArchive.END_BYTES; bytes++) {
            Files.write(cut, Arrays.copyOfRange(whole, bytes, whole.length));
            assertThatThrownBy(() -> StoredArchive.open(cut))
                    .isInstanceOf(ModelFormatException.InvalidArchive.class)
                    .hasMessageStartingWith(cut.toString());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            1 ; {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }  ; F32  ; 2,3 ; false
            2 ; {'descr': '|V2', 'fortran_order': True, 'shape': (2L, 6L), } ; BF16 ; 2,6 ; true
            3 ; {'descr': '<V2', 'fortran_order': False, 'shape': (12,), }   ; BF16 ; 12  ; false
            1 ; {'descr': '<f2','fortran_order':False,'shape':(3,4)}         ; F16  ; 3,4 ; false
            """)
    void readsArraysOfEveryVersion(int version, String header, DataType type, String shape, boolean columnMajor)
            throws IOException {
        var expected = Shape.of(
                Arrays.stream(shape.split(",")).mapToLong(Long::parseLong).toArray());
        try (var archive = npy(version, header + "\n", 24)) {
            var read = NpyHeader.read(archive, archive.entries().get("arr_0.npy"));
            assertThat(read.type()).isEqualTo(type);
            assertThat(read.shape()).isEqualTo(expected);
            assertThat(read.columnMajor()).isEqualTo(columnMajor);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            1 ; {'descr': '>f4', 'fortran_order': False, 'shape': (6,), }         ; has elements of type '>f4'
            1 ; {'descr': '|O', 'fortran_order': False, 'shape': (6,), }          ; has elements of type '|O'
            1 ; {'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (6,)}  ; has a header that is not read here
            1 ; {'descr': '<f4', 'fortran_order': False, 'shape': (7,), }         ; has 91 bytes, shape [7] in F32 takes 95
            1 ; {'descr': '<f4', 'fortran_order': False, 'shape': (99999999999,99999999999), } ; more than a file can hold
            4 ; {'descr': '<f4', 'fortran_order': False, 'shape': (6,), }         ; is in version 4 of NumPy's format
            """)
    void refusesOtherArraysByName(int version, String header, String problem) throws IOException {
        try (var archive = npy(version, header, 24)) {
            assertThatThrownBy(() -> NpyHeader.read(archive, archive.entries().get("arr_0.npy")))
                    .isInstanceOf(ModelFormatException.InvalidArchive.class)
                    .hasMessageStartingWith(archive.file() + ": arr_0.npy ")
                    .hasMessageContaining(problem);
        }
    }

    @Test
    void headersAreWrittenAsNumpyWritesThem() throws IOException {
        for (var shape : List.of(Shape.of(), Shape.of(5), Shape.of(6300, 4096))) {
            var header = NpyHeader.of(DataType.F32, shape);
            assertThat(header.remaining() % 64).isZero();
            var text = StandardCharsets.US_ASCII
                    .decode(header.slice(10, header.remaining() - 10))
                    .toString();
            assertThat(text)
                    .endsWith(" }" + " ".repeat(text.length() - text.strip().length() - 1) + "\n");
        }
    }

    private StoredArchive npy(int version, String header, int elementBytes) throws IOException {
        var file = directory.resolve("arrays.npz");
        try (var archive = StoredArchiveWriter.create(file)) {
            archive.begin("arr_0.npy");
            archive.write(ByteBuffer.wrap(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0}));
            archive.write(ByteBuffer.wrap(
                    version == 1
                            ? new byte[] {(byte) header.length(), 0}
                            : new byte[] {(byte) header.length(), 0, 0, 0}));
            archive.write(text(header));
            archive.write(ByteBuffer.allocate(elementBytes));
            archive.complete();
        }
        return StoredArchive.open(file);
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static long crc(String text) {
        var sum = new CRC32();
        sum.update(text.getBytes(StandardCharsets.US_ASCII));
        return sum.getValue();
    }
}
