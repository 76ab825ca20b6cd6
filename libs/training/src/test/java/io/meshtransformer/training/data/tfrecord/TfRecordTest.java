package io.meshtransformer.training.data.tfrecord;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.airlift.compress.zstd.ZstdOutputStream;
import io.meshtransformer.training.data.DataException;
import io.meshtransformer.training.data.Resources;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** The golden files come from make_tfrecords.py, which was written from the formats' descriptions alone. */
class TfRecordTest {
    private static final List<int[]> RECORDS =
            List.of(new int[] {1, 2, 3, 127, 128}, new int[] {0, 255, 256, 16383, 16384}, new int[] {
                50256, 7, 65535, 65536, 2147483647
            });

    @Example
    void recordsOfAnotherWriterAreRead() throws Exception {
        for (var name : List.of("records.tfrecords", "records-zlib.tfrecords", "records-gzip.tfrecords")) {
            assertThat(read(Resources.bytes(name))).as(name).containsExactlyElementsOf(RECORDS);
        }
        assertThat(read(Resources.bytes("unpacked.tfrecords"))).containsExactly(new int[] {5, 300, 70000});
    }

    @Example
    void recordsAreWrittenByteForByteAsAnotherWriterDoes() throws IOException {
        assertThat(write(RECORDS)).isEqualTo(Resources.bytes("records.tfrecords"));
    }

    @Property(tries = 100)
    void whatIsWrittenIsRead(@ForAll @Size(max = 20) List<@Size(max = 50) List<@IntRange(min = 0) Integer>> records)
            throws Exception {
        var ids = records.stream()
                .map(record -> record.stream().mapToInt(Integer::intValue).toArray())
                .toList();
        assertThat(read(write(ids))).containsExactlyElementsOf(ids);
        assertThat(read(zstd(write(ids)))).containsExactlyElementsOf(ids);
    }

    @Example
    void anyFlippedByteAndAnyEarlierEndIsFound() throws IOException {
        var good = write(RECORDS);
        for (var i = 0; i < good.length; i++) {
            var damaged = good.clone();
            damaged[i] ^= 1;
            assertThatThrownBy(() -> read(damaged)).isInstanceOf(DataException.InvalidSource.class);
        }
        var ends = new ArrayList<Integer>(List.of(0));
        RECORDS.forEach(ids -> ends.add(ends.getLast() + write(List.of(ids)).length));
        for (var length = 0; length < good.length; length++) {
            var cut = Arrays.copyOf(good, length);
            if (!ends.contains(length)) {
                assertThatThrownBy(() -> read(cut))
                        .isInstanceOf(DataException.InvalidSource.class)
                        .hasMessageContaining("the record at byte");
            }
        }
    }

    @Example
    void whatIsNoExampleIsRefused() {
        assertThatThrownBy(() -> TokenExample.decode(new byte[0]))
                .hasMessage("has no feature \"text\" with a list of 64-bit numbers");
        assertThatThrownBy(() -> TokenExample.decode(new byte[] {10, 5, 1}))
                .hasMessage("is no protocol buffer: a field has 5 bytes, and 1 are left");
        var negative = TokenExample.encode(new int[] {5});
        negative[negative.length - 1] = (byte) 0x80;
        assertThatThrownBy(() -> TokenExample.decode(negative))
                .hasMessage("is no protocol buffer: it ends within a number");
    }

    private static byte[] write(List<int[]> records) {
        var bytes = new ByteArrayOutputStream();
        try (var writer = new TfRecordWriter(bytes)) {
            for (var ids : records) {
                writer.write(TokenExample.encode(ids));
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] zstd(byte[] bytes) throws IOException {
        var compressed = new ByteArrayOutputStream();
        try (var out = new ZstdOutputStream(compressed)) {
            out.write(bytes);
        }
        return compressed.toByteArray();
    }

    private static List<int[]> read(byte[] file) throws IOException, MalformedExampleException {
        try (var reader = TfRecordReader.open(Path.of("file.tfrecords"), new ByteArrayInputStream(file))) {
            var records = new ArrayList<int[]>();
            for (var record = reader.next(); record != null; record = reader.next()) {
                records.add(TokenExample.decode(record));
            }
            return records;
        }
    }
}
