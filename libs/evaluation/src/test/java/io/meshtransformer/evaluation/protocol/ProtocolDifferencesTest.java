package io.meshtransformer.evaluation.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.evaluation.metric.Judgement;
import io.meshtransformer.evaluation.request.PreparedDocument;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProtocolDifferencesTest {
    private static final String PREFIX =
            "Prefix: mtj-2021 has <|endoftext|> (id 50256) before the context, harness has nothing there.";

    @Test
    void namesThePrefix() throws UnaskableException {
        assertThat(differences("Question: Why?\nAnswer:", List.of(" yes", " no"), 2048))
                .containsExactly(PREFIX);
    }

    @Test
    void findsNothingBeforeAnEmptyContext() throws UnaskableException {
        assertThat(differences("", List.of(" the"), 2048)).isEmpty();
    }

    @Test
    void namesWhatNormalisationChanges() throws UnaskableException {
        assertThat(differences("He said \u2018no\u2019 and", List.of(" left\u00a0it"), 2048))
                .containsExactly(
                        PREFIX,
                        "Normalisation: from character 8 on the text is '\u2018no\u2019 and leftU+00A0it', mtj-2021 makes ''no'"
                                + " and left it' of it.");
    }

    @Test
    void namesIdsThatMergeAcrossTheBorder() throws UnaskableException {
        assertThat(differences("The cat sat on the m", List.of("at by the door"), 2048))
                .containsExactly(
                        PREFIX,
                        "Encoding: what counts of 'at by the door' is [416, 262, 3420] encoded with its context (harness),"
                                + " [265, 416, 262, 3420] alone (mtj-2021).");
    }

    @Test
    void namesSpaceThatMovesToTheContinuation() throws UnaskableException {
        assertThat(differences("Answer: ", List.of("yes"), 2048))
                .containsExactly(
                        PREFIX,
                        "Encoding: what counts of 'yes' is [3763] encoded with its context (harness), [8505] alone"
                                + " (mtj-2021).");
    }

    @Test
    void namesHowManyIdsAreLeftOut() throws UnaskableException {
        assertThat(differences("one two three four five six", List.of(" seven eight"), 5))
                .containsExactly("Truncation: harness reads the last 6 of 8 ids, mtj-2021 the last 5 of 9 with its"
                        + " prefix.");
        assertThat(differences("one two three four", List.of(" five"), 5))
                .containsExactly("Truncation: harness reads the last 5 of 5 ids, mtj-2021 the last 5 of 6 with its"
                        + " prefix.");
    }

    @Test
    void namesWindows() {
        var model = new ReadingModel(Gpt2.tokenizer(), 8, 50256);
        var text = "one two three four five six seven eight nine ten";
        assertThat(ProtocolDifferences.between(
                        rolling(text, Protocol.HARNESS, model), rolling(text, Protocol.MTJ_2021, model), model))
                .containsExactly(
                        "Truncation: harness foretells up to 8 ids at once, in 2 windows, mtj-2021 up to 7 in 2.");
    }

    private static PreparedDocument rolling(String text, Protocol protocol, ReadingModel model) {
        return new PreparedDocument(
                0, "", Encoding.of(protocol, model).rolling(text), new Judgement.Rolling(10, text.length()));
    }

    private static List<String> differences(String context, List<String> continuations, int contextLength)
            throws UnaskableException {
        var model = new ReadingModel(Gpt2.tokenizer(), contextLength, 50256);
        return ProtocolDifferences.between(
                document(context, continuations, Protocol.HARNESS, model),
                document(context, continuations, Protocol.MTJ_2021, model),
                model);
    }

    private static PreparedDocument document(
            String context, List<String> continuations, Protocol protocol, ReadingModel model)
            throws UnaskableException {
        return new PreparedDocument(
                0, "", Encoding.of(protocol, model).score(context, continuations), new Judgement.Target());
    }
}
