package io.meshtransformer.tokenizer;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Text to token ids and back, exactly as Hugging Face's byte-level BPE does it. Immutable and thread-safe.
 *
 * <p>Ids outside the vocabulary, such as the rows 50257 to 50399 that pad GPT-J's embedding, have no text: they decode
 * to nothing rather than fail, because a model may produce them.
 */
public final class Tokenizer {
    private static final byte[] NOTHING = {};

    private final BytePairEncoder encoder;
    private final AddedTokenFinder finder;
    private final List<AddedToken> addedTokens;
    private final Template template;
    private final byte[][] bytes;
    /** In bytes; 0 if there is no limit, as some token takes white space along. */
    private final int longestToken;

    private final Optional<SpecialToken> bos;
    private final Optional<SpecialToken> eos;

    Tokenizer(TokenizerDefinition definition, SpecialTokens roles) {
        this.encoder = BytePairEncoder.of(definition.vocabulary(), definition.merges(), definition.splitting());
        this.finder = new AddedTokenFinder(definition.addedTokens());
        this.addedTokens = definition.addedTokens();
        this.template = definition.template();
        this.bytes = TokenBytes.of(definition);
        this.longestToken = TokenBytes.longest(bytes, addedTokens);
        this.bos = roles.bos().map(this::special);
        this.eos = roles.eos().map(this::special);
    }

    /**
     * Reads {@code tokenizer.json}, or else {@code vocab.json} with {@code merges.txt}.
     *
     * @param modelDirectory a model's folder
     * @return empty if the directory has no tokenizer: such a model takes and gives ids only
     * @throws UnsupportedTokenizerException if it has one of another kind than byte-level BPE
     * @throws MalformedTokenizerException if its files cannot be read or contradict themselves
     */
    public static Optional<Tokenizer> load(Path modelDirectory) {
        requireNonNull(modelDirectory, "modelDirectory is null");
        return TokenizerFiles.find(modelDirectory)
                .map(definition -> new Tokenizer(definition, SpecialTokens.read(modelDirectory, definition)));
    }

    /**
     * The ids of a text. Added tokens written in it, such as {@code <|endoftext|>}, become their ids.
     *
     * @throws IllFormedTextException if the text has a lone surrogate
     */
    public int[] encode(String text) {
        IllFormedTextException.check(text);
        var segments = finder.segments(text);
        var parts = new int[segments.size()][];
        for (var i = 0; i < parts.length; i++) {
            parts[i] = switch (segments.get(i)) {
                case AddedTokenFinder.Segment.Text(var plain) -> encoder.encode(plain);
                case AddedTokenFinder.Segment.Token(var id) -> new int[] {id};
            };
        }
        return join(parts);
    }

    /**
     * The ids of a text in which nothing has a special meaning: {@code <|endoftext|>} is the thirteen characters.
     *
     * @throws IllFormedTextException if the text has a lone surrogate
     */
    public int[] encodeOrdinary(String text) {
        IllFormedTextException.check(text);
        return encoder.encode(text);
    }

    /** The ids with those before and after that the model expects around a whole text; GPT-J expects none. */
    public int[] withSpecialTokens(int[] ids) {
        return template.around(ids);
    }

    /** The text of the ids; U+FFFD stands for bytes that are no UTF-8, one per maximal subpart. */
    public String decode(int[] ids) {
        var text = new StringBuilder(ids.length * 4);
        var decoder = new Utf8Decoder();
        for (var id : ids) {
            decoder.decode(bytesOf(id), text);
        }
        decoder.finish(text);
        return text.toString();
    }

    /** The bytes that a token stands for, none for an id outside the vocabulary; a copy. */
    public byte[] bytes(int id) {
        return bytesOf(id).clone();
    }

    /**
     * A token's own text for people. One whose bytes are no whole characters shows as OpenAI shows it, {@code
     * bytes:\xe2\x80}, printable ASCII between them as it is.
     */
    public String piece(int id) {
        return TokenBytes.readable(bytesOf(id));
    }

    /** One more than the highest id. */
    public int vocabularySize() {
        return bytes.length;
    }

    /** Whether an id has a token. */
    public boolean knows(int id) {
        return id >= 0 && id < bytes.length && bytes[id] != null;
    }

    /** The token that stands before a text. */
    public Optional<SpecialToken> bos() {
        return bos;
    }

    /** The token that ends a text. */
    public Optional<SpecialToken> eos() {
        return eos;
    }

    /** The tokens sought in a text before any merging, by id. */
    public List<AddedToken> addedTokens() {
        return addedTokens;
    }

    /**
     * A lower bound of the number of ids of a text, without encoding it.
     *
     * @param utf8Length bytes of the text in UTF-8
     */
    public long fewestTokens(long utf8Length) {
        return longestToken == 0 ? 0 : Math.ceilDiv(utf8Length, longestToken);
    }

    /** How many bytes the ids stand for, without decoding them. */
    public long byteCount(int[] ids) {
        var count = 0L;
        for (var id : ids) {
            count += bytesOf(id).length;
        }
        return count;
    }

    /**
     * The longest stretch of a text that is merged as one, in bytes of UTF-8; merging takes about 130 times as much memory
     * for a moment. Added tokens are not looked for, they only make stretches shorter.
     */
    public int longestStretch(String text) {
        return encoder.longestPiece(text);
    }

    byte[] bytesOf(int id) {
        return knows(id) ? bytes[id] : NOTHING;
    }

    private SpecialToken special(int id) {
        return new SpecialToken(id, piece(id));
    }

    private static int[] join(int[][] parts) {
        if (parts.length == 1) {
            return parts[0];
        }
        return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
    }
}
