package io.meshtransformer.evaluation.task;

import io.meshtransformer.files.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Where the documents of a file are: the place of each 64th line that is not blank, 0.2 bytes for each document.
 *
 * @param offsets of the first byte of documents 0, 64, 128 and so on
 * @param lines number of that line in the file, from 1
 * @param hash SHA-256 (hexadecimal) of the whole file
 */
record LineIndex(int documents, long[] offsets, int[] lines, String hash) {
    static final int STRIDE = 64;
    private static final int CHUNK = 1 << 16;

    /** @throws TaskException.MalformedDocument if there are more lines than a number can count */
    static LineIndex of(LineSource source) throws IOException {
        var builder = new Builder(source.name());
        var chunk = new byte[CHUNK];
        try (var in = source.open(0)) {
            for (var read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                builder.add(chunk, read);
            }
        }
        return builder.finish();
    }

    private static final class Builder {
        private final String name;
        private final Sha256 hash = new Sha256();
        private long[] offsets = new long[16];
        private int[] lines = new int[16];
        private int documents;
        private long position;
        private long lineStart;
        private int line = 1;
        private boolean blank = true;

        Builder(String name) {
            this.name = name;
        }

        void add(byte[] chunk, int length) {
            hash.add(ByteBuffer.wrap(chunk, 0, length));
            for (var i = 0; i < length; i++) {
                var value = chunk[i];
                if (value == '\n') {
                    endLine(position + i + 1);
                } else if (blank && value != ' ' && value != '\r' && value != '\t') {
                    blank = false;
                    addDocument();
                }
            }
            position += length;
        }

        private void endLine(long next) {
            if (line == Integer.MAX_VALUE) {
                throw new TaskException.MalformedDocument(name + " has more than " + line + " lines", null);
            }
            line++;
            lineStart = next;
            blank = true;
        }

        private void addDocument() {
            if (documents % STRIDE == 0) {
                var block = documents / STRIDE;
                if (block == offsets.length) {
                    offsets = Arrays.copyOf(offsets, 2 * block);
                    lines = Arrays.copyOf(lines, 2 * block);
                }
                offsets[block] = lineStart;
                lines[block] = line;
            }
            documents++;
        }

        LineIndex finish() {
            var blocks = Math.ceilDiv(documents, STRIDE);
            return new LineIndex(documents, Arrays.copyOf(offsets, blocks), Arrays.copyOf(lines, blocks), hash.hex());
        }
    }
}
