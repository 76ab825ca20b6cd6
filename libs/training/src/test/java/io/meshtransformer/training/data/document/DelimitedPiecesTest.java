package io.meshtransformer.training.data.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.tokenizer.Tokenizer;
import io.meshtransformer.training.data.DataException;
import io.meshtransformer.training.data.document.RawPiece.Ending;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class DelimitedPiecesTest {
    private static final String SEPARATOR = "<|end|>";
    private static final SourceFile FILE = new SourceFile(Path.of("file.txt"), SourceFile.Kind.TEXT, 0);
    private static final Tokenizer TOKENIZER = Tokenizer.load(Path.of(System.getProperty("mtj.root"), "models/stories"))
            .orElseThrow();

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.of(
                        SEPARATOR, "<|en", "|>", " ", "  ", "\n", "a", "dog's", "é", "漢字", "🙂", "\u00A0", "42", "!?")
                .list()
                .ofMaxSize(60)
                .map(parts -> String.join("", parts));
    }

    @Property(tries = 500)
    void documentsAreWhatSplittingTheTextGives(
            @ForAll("texts") String text, @ForAll @IntRange(min = 12, max = 40) int limit) throws IOException {
        var expected = new ArrayList<>(List.of(text.split(Pattern.quote(SEPARATOR), -1)));
        if (expected.getLast().isEmpty()) {
            expected.removeLast();
        }
        assertThat(documents(text, SEPARATOR, new DelimitedPieces.Rules(limit, true, false)))
                .isEqualTo(expected);
    }

    @Property(tries = 500)
    void piecesHaveTheIdsOfTheWhole(@ForAll("texts") String text) throws IOException {
        // Every stretch without a good place is shorter than the limit, or else the whole is one piece.
        for (var piece : List.of(cutAtSpaces(text), LongText.pieces(text, 1 << 20))) {
            assertThat(piece.stream()
                            .map(TOKENIZER::encode)
                            .flatMapToInt(Arrays::stream)
                            .toArray())
                    .isEqualTo(TOKENIZER.encode(text));
        }
    }

    /** All the places where a long text may be cut, cut at once. */
    private static List<String> cutAtSpaces(String text) {
        var pieces = new ArrayList<String>();
        var begin = 0;
        for (var i = 1; i + 1 < text.length(); i++) {
            if (text.charAt(i) == ' ' && visible(text.charAt(i - 1)) && visible(text.charAt(i + 1))) {
                pieces.add(text.substring(begin, i));
                begin = i;
            }
        }
        pieces.add(text.substring(begin));
        return pieces;
    }

    private static boolean visible(char character) {
        return character > ' ' && character < 0x7F;
    }

    @Example
    void longTextsAreCutBeforeSpacesAndNeverWithinACharacter() throws IOException {
        var words = "one two three ".repeat(20);
        assertThat(pieces(words, "", new DelimitedPieces.Rules(16, true, false)))
                .allSatisfy(piece -> assertThat(piece.bytes().length).isLessThanOrEqualTo(16))
                .extracting(piece -> text(piece).charAt(0))
                .containsOnly('o', ' ');
        var emoji = "🙂".repeat(30);
        assertThat(documents(emoji, "", new DelimitedPieces.Rules(15, true, false)))
                .containsExactly(emoji);
        assertThat(pieces(emoji, "", new DelimitedPieces.Rules(15, true, false)))
                .allSatisfy(piece -> assertThat(text(piece)).doesNotContain("\uFFFD"));
        assertThat(LongText.pieces(emoji, 15))
                .allSatisfy(piece -> assertThat(piece).matches("(🙂)+"));
        assertThat(LongText.pieces(words, 16))
                .allSatisfy(piece -> assertThat(piece).hasSizeLessThanOrEqualTo(16));
    }

    @Example
    void whatNoDelimiterEndsIsAbandonedWhereThatIsAsked() throws IOException {
        var rules = new DelimitedPieces.Rules(100, true, true);
        assertThat(pieces("a<|end|>b", SEPARATOR, rules))
                .extracting(RawPiece::ending)
                .containsExactly(Ending.ENDS, Ending.ABANDONED);
        assertThat(pieces("a<|end|>", SEPARATOR, rules))
                .extracting(RawPiece::ending)
                .containsExactly(Ending.ENDS);
    }

    @Example
    void aLineThatIsTooLongIsRefused() {
        assertThatThrownBy(
                        () -> pieces("ok\n" + "x".repeat(200_000), "\n", new DelimitedPieces.Rules(1000, false, false)))
                .isInstanceOf(DataException.InvalidSource.class)
                .hasMessage("file.txt: the line at byte 3 has more than 1,000 bytes");
    }

    private static List<String> documents(String text, String separator, DelimitedPieces.Rules rules)
            throws IOException {
        var documents = new ArrayList<String>();
        var open = new StringBuilder();
        for (var piece : pieces(text, separator, rules)) {
            assertThat(piece.begins()).isEqualTo(open.isEmpty());
            assertThat(piece.bytes().length).isLessThanOrEqualTo(rules.pieceBytes());
            open.append(text(piece));
            if (piece.ending() == Ending.ENDS) {
                documents.add(open.toString());
                open.setLength(0);
            }
        }
        assertThat(open).isEmpty();
        return documents;
    }

    private static List<RawPiece> pieces(String text, String separator, DelimitedPieces.Rules rules)
            throws IOException {
        var in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        var pieces = new ArrayList<RawPiece>();
        try (var reader = new DelimitedPieces(FILE, in, separator.getBytes(StandardCharsets.UTF_8), rules)) {
            for (var piece = reader.next(); piece != null; piece = reader.next()) {
                pieces.add(piece);
            }
        }
        return pieces;
    }

    private static String text(RawPiece piece) {
        return new String(piece.bytes(), StandardCharsets.UTF_8);
    }
}
