package io.meshtransformer.training.data.document;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.tokenizer.Tokenizer;
import io.meshtransformer.tokenizer.TokenizerException;
import io.meshtransformer.training.data.DataException;
import io.meshtransformer.training.data.document.RawPiece.Ending;
import io.meshtransformer.training.data.tfrecord.MalformedExampleException;
import io.meshtransformer.training.data.tfrecord.TokenExample;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Makes ids of raw documents. Any number of threads may use one. */
public final class DocumentEncoder {
    private final Tokenizer tokenizer;
    private final String separator;
    private final ReadingOptions options;

    /**
     * @param separator end-of-text as it is written: in every text it ends one document and begins another, as in
     *     mesh-transformer-jax
     */
    public DocumentEncoder(Tokenizer tokenizer, String separator, ReadingOptions options) {
        this.tokenizer = requireNonNull(tokenizer, "tokenizer is null");
        this.separator = requireNonNull(separator, "separator is null");
        this.options = requireNonNull(options, "options is null");
    }

    /**
     * Ids of a document or of a part of one, without end-of-text.
     *
     * @param isText whether end-of-text belongs behind it; records of ids come with their own
     */
    public record Ids(int[] ids, Ending ending, boolean isText) {}

    /** @throws DataException if the bytes are not what their file's kind promises */
    public List<Ids> encode(RawPiece piece) throws IOException {
        return switch (piece.file().kind()) {
            case TEXT -> encode(piece, text(piece));
            case JSON_LINES ->
                isBlank(piece.bytes()) ? List.of() : encode(piece, TextMember.of(piece, options.textKey()));
            case TFRECORDS -> List.of(new Ids(record(piece), Ending.ENDS, false));
        };
    }

    private List<Ids> encode(RawPiece piece, String text) throws DataException {
        var result = new ArrayList<Ids>();
        var from = 0;
        while (true) {
            var found = text.indexOf(separator, from);
            var last = found < 0;
            var ending = last ? piece.ending() : Ending.ENDS;
            var part = trimmed(
                    text.substring(from, last ? text.length() : found),
                    from > 0 || piece.begins(),
                    ending != Ending.CONTINUES);
            result.add(new Ids(ids(piece, part), ending, true));
            if (last) {
                return result;
            }
            from = found + separator.length();
        }
    }

    private int[] ids(RawPiece piece, String text) throws DataException {
        try {
            if (text.length() <= DocumentFiles.PIECE_BYTES) {
                return tokenizer.encode(text);
            }
            return LongText.pieces(text, DocumentFiles.PIECE_BYTES).stream()
                    .map(tokenizer::encode)
                    .flatMapToInt(Arrays::stream)
                    .toArray();
        } catch (TokenizerException e) {
            throw invalid(piece, "cannot be encoded: " + e.getMessage(), e);
        }
    }

    /** A file may begin with a byte order mark, which is no part of its text. */
    private static String text(RawPiece piece) throws DataException {
        var bytes = ByteBuffer.wrap(piece.bytes());
        try {
            var text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
            return piece.offset() == 0 && text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new DataException.InvalidSource(
                    piece.file().path(),
                    "it is not UTF-8: byte %,d begins no character".formatted(piece.offset() + bytes.position()),
                    e);
        }
    }

    private String trimmed(String text, boolean begins, boolean ends) {
        if (options.keepLineBreaks()) {
            return text;
        }
        var from = 0;
        var to = text.length();
        while (begins && from < to && isLineBreak(text.charAt(from))) {
            from++;
        }
        while (ends && from < to && isLineBreak(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean isLineBreak(char character) {
        return character == '\n' || character == '\r';
    }

    private int[] record(RawPiece piece) throws DataException {
        var ids = ids(piece);
        for (var id : ids) {
            if (id >= tokenizer.vocabularySize()) {
                throw invalid(
                        piece,
                        "has the id %,d, and the tokenizer has %,d ids".formatted(id, tokenizer.vocabularySize()),
                        null);
            }
        }
        return ids;
    }

    private static int[] ids(RawPiece piece) throws DataException {
        try {
            return TokenExample.decode(piece.bytes());
        } catch (MalformedExampleException e) {
            throw invalid(piece, e.getMessage(), e);
        }
    }

    private static boolean isBlank(byte[] bytes) {
        for (var value : bytes) {
            if (value != ' ' && value != '\r' && value != '\t') {
                return false;
            }
        }
        return true;
    }

    private static DataException invalid(RawPiece piece, String problem, Throwable cause) {
        return new DataException.InvalidSource(
                piece.file().path(), "what stands at byte %,d %s".formatted(piece.offset(), problem), cause);
    }
}
