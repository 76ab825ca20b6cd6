package io.meshtransformer.training.data.document;

import io.meshtransformer.training.data.tfrecord.TfRecordReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;

/** Opens files as raw documents. */
public final class DocumentFiles {
    /** Most bytes of a piece of text: parts for several threads, and no cut in most documents. */
    static final int PIECE_BYTES = 1 << 18;

    /** Most bytes of a line of JSON, which is parsed as one. */
    private static final int LINE_BYTES = 1 << 28;

    private DocumentFiles() {}

    /**
     * @param separator what stands between documents of a {@link TextLayout#SEPARATED} file
     * @param bytesRead is told how many bytes of the file have been read so far
     */
    public static RawPieces open(SourceFile file, ReadingOptions options, String separator, LongConsumer bytesRead)
            throws IOException {
        return switch (file.kind()) {
            case TEXT -> {
                var delimiter =
                        switch (options.layout()) {
                            case SEPARATED -> separator;
                            case LINES -> "\n";
                            case WHOLE -> "";
                        };
                yield new DelimitedPieces(
                        file,
                        file.open(bytesRead),
                        delimiter.getBytes(StandardCharsets.UTF_8),
                        new DelimitedPieces.Rules(PIECE_BYTES, true, options.endedOnly()));
            }
            case JSON_LINES ->
                new DelimitedPieces(
                        file,
                        file.open(bytesRead),
                        new byte[] {'\n'},
                        new DelimitedPieces.Rules(LINE_BYTES, false, false));
            case TFRECORDS -> new RecordPieces(file, TfRecordReader.open(file.path(), file.openRaw(bytesRead)));
        };
    }
}
