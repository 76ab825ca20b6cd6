package io.meshtransformer.inference;

import static io.meshtransformer.inference.Harness.OPTIONS;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FinishReason;
import io.meshtransformer.contracts.GenerationOptions;
import io.meshtransformer.contracts.Sampling;
import io.meshtransformer.inference.text.TokenizerTexts;
import io.meshtransformer.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Texts and stop texts with the demo model's tokenizer; the tokens to draw are given. */
class StopTextsTest {

    private static final Tokenizer TOKENIZER = Tokenizer.load(
                    Path.of(System.getProperty("mtj.root"), "models", "stories"))
            .orElseThrow();

    @Test
    void aStopTextIsFoundAcrossTokensAndNeverShown() {
        var events = generate(" once there was a little bird. The end", 0, ". The");

        assertThat(text(events)).isEqualTo(" once there was a little bird");
        assertThat(finished(events).reason()).isEqualTo(FinishReason.STOP);
        assertThat(finished(events).tokens())
                .isLessThan(TOKENIZER.encode(" once there was a little bird. The end").length);
    }

    @Test
    void whatOnlyBeganAStopTextIsShownInTheEnd() {
        var events = generate(" a bird. Then", 0, ". There");

        assertThat(text(events)).isEqualTo(" a bird. Then");
        assertThat(finished(events).reason()).isEqualTo(FinishReason.LENGTH);
    }

    @Test
    void noTextEverHoldsHalfACharacter() {
        var events = generate(" caf\u00e9 \ud83d\ude80 \u4f60\u597d", 0);

        assertThat(text(events)).isEqualTo(" caf\u00e9 \ud83d\ude80 \u4f60\u597d");
        assertThat(events.stream()
                        .filter(AnswerEvent.TokenGenerated.class::isInstance)
                        .map(AnswerEvent.TokenGenerated.class::cast)
                        .map(AnswerEvent.TokenGenerated::text))
                .noneMatch(text -> text.contains("\ufffd"));
    }

    @Test
    void aCharacterCutOffAtTheEndIsReplaced() {
        var events = generate("\ud83d\ude80", 1);

        assertThat(text(events)).isEqualTo("\ufffd");
        assertThat(finished(events).text()).isEqualTo("\ufffd");
    }

    @Test
    void theEchoedTextIsThePrompt() {
        var prompt = "Once upon a time, caf\u00e9<|endoftext|>";
        var harness = harness(new int[] {1});
        var options = new GenerationOptions(1, 1, Sampling.greedy(), List.of(), 1, true, false);
        var request = harness.generate(TOKENIZER.encode(prompt), options);
        harness.finish();

        var echoed = new StringBuilder();
        for (var event : harness.events.get(request)) {
            if (event instanceof AnswerEvent.PromptEchoed run) {
                echoed.append(run.text());
            }
        }
        assertThat(echoed).hasToString(prompt);
    }

    /** Events of a request that draws the tokens of a text, the last {@code cut} of them left out. */
    private static List<AnswerEvent> generate(String text, int cut, String... stops) {
        var tokens = TOKENIZER.encode(text);
        var harness = harness(tokens);
        var options =
                new GenerationOptions(tokens.length - cut, 1, Sampling.greedy(), List.of(stops), null, false, false);
        var request = harness.generate(new int[] {1, 2, 3}, options);
        harness.finish();
        return harness.events.get(request);
    }

    private static Harness harness(int[] tokens) {
        var size = TOKENIZER.vocabularySize();
        var engine = new ScriptedEngine(size, Harness.LIMITS);
        return new Harness(
                engine,
                OPTIONS,
                new TokenizerTexts(TOKENIZER, size),
                (_, _) -> (_, history) -> tokens[history.length() - history.promptLength()]);
    }

    private static String text(List<AnswerEvent> events) {
        var text = new StringBuilder();
        for (var event : events) {
            if (event instanceof AnswerEvent.TokenGenerated token) {
                text.append(token.text());
            } else if (event instanceof AnswerEvent.ChoiceFinished choice) {
                text.append(choice.text());
            }
        }
        return text.toString();
    }

    private static AnswerEvent.ChoiceFinished finished(List<AnswerEvent> events) {
        return events.stream()
                .filter(AnswerEvent.ChoiceFinished.class::isInstance)
                .map(AnswerEvent.ChoiceFinished.class::cast)
                .findFirst()
                .orElseThrow();
    }
}
