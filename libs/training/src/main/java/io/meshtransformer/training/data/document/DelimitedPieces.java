package io.meshtransformer.training.data.document;

import io.meshtransformer.training.data.DataException;
import io.meshtransformer.training.data.document.RawPiece.Ending;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Cuts a file at a delimiter, in memory that does not grow with the file: what is longer than a limit comes in pieces,
 * cut before a single space between two visible ASCII characters, where GPT-2's expression cuts as well. So pieces have
 * the ids of the whole. Only a stretch as long as the limit without any such place is cut anywhere, between characters.
 */
final class DelimitedPieces implements RawPieces {
    private static final int BUFFER_BYTES = 1 << 17;

    private final SourceFile file;
    private final InputStream in;
    private final byte[] delimiter;
    private final Rules rules;
    private byte[] buffer = new byte[BUFFER_BYTES];
    private int begin;
    /** No delimiter begins before this place. */
    private int searched;

    private int end;
    private long offsetOfBuffer;
    private boolean atEnd;
    private boolean inDocument;

    /**
     * What is done with what is long or unfinished.
     *
     * @param pieceBytes most bytes of a piece
     * @param mayCut whether a longer document comes in pieces; otherwise it is refused
     * @param endedOnly whether what no delimiter ends is left out
     */
    record Rules(int pieceBytes, boolean mayCut, boolean endedOnly) {}

    /** @param delimiter what stands between documents; empty if the file is one document */
    DelimitedPieces(SourceFile file, InputStream in, byte[] delimiter, Rules rules) {
        this.file = file;
        this.in = in;
        this.delimiter = delimiter;
        this.rules = rules;
    }

    @Override
    public RawPiece next() throws IOException {
        while (true) {
            var found = findDelimiter();
            if ((found ? searched : end) - begin > rules.pieceBytes()) {
                if (!rules.mayCut()) {
                    throw new DataException.InvalidSource(
                            file.path(),
                            "the line at byte %,d has more than %,d bytes"
                                    .formatted(offsetOfBuffer + begin, rules.pieceBytes()));
                }
                return piece(cut(), Ending.CONTINUES);
            }
            if (found) {
                var piece = piece(searched, Ending.ENDS);
                begin += delimiter.length;
                searched = begin;
                return piece;
            }
            if (atEnd) {
                if (begin == end && !inDocument) {
                    return null;
                }
                return piece(end, rules.endedOnly() ? Ending.ABANDONED : Ending.ENDS);
            }
            fill();
        }
    }

    /** Looks on from where the last search ended; where it succeeds, that is the delimiter's place. */
    private boolean findDelimiter() {
        if (delimiter.length == 0) {
            searched = end;
            return false;
        }
        var first = delimiter[0];
        for (; searched + delimiter.length <= end; searched++) {
            if (buffer[searched] == first
                    && Arrays.equals(buffer, searched, searched + delimiter.length, delimiter, 0, delimiter.length)) {
                return true;
            }
        }
        return false;
    }

    /** The last good place for a cut, else the last between two characters. */
    private int cut() {
        var limit = Math.min(searched, begin + rules.pieceBytes());
        for (var place = limit - 1; place > begin; place--) {
            if (buffer[place] == ' ' && visible(buffer[place - 1]) && visible(buffer[place + 1])) {
                return place;
            }
        }
        var place = limit - 1;
        while (place > begin + 1 && (buffer[place] & 0xC0) == 0x80) {
            place--;
        }
        return place;
    }

    private static boolean visible(byte value) {
        return value > ' ' && value < 0x7F;
    }

    private RawPiece piece(int pieceEnd, Ending ending) {
        var piece = new RawPiece(
                file, Arrays.copyOfRange(buffer, begin, pieceEnd), offsetOfBuffer + begin, !inDocument, ending);
        begin = pieceEnd;
        searched = Math.max(searched, begin);
        inDocument = ending == Ending.CONTINUES;
        return piece;
    }

    private void fill() throws IOException {
        if (begin > 0) {
            System.arraycopy(buffer, begin, buffer, 0, end - begin);
            offsetOfBuffer += begin;
            searched -= begin;
            end -= begin;
            begin = 0;
        }
        if (end == buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.multiplyExact(buffer.length, 2));
        }
        try {
            var read = in.read(buffer, end, buffer.length - end);
            atEnd = read < 0;
            end += Math.max(read, 0);
        } catch (IOException | RuntimeException e) {
            // Decompressors throw both for damaged bytes.
            throw new DataException.InvalidSource(
                    file.path(),
                    "it cannot be read behind byte %,d of its content: %s"
                            .formatted(offsetOfBuffer + end, e.getMessage()),
                    e);
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
