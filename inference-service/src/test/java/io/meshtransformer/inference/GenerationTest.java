package io.meshtransformer.inference;

import static io.meshtransformer.inference.Harness.OPTIONS;
import static io.meshtransformer.inference.Harness.VOCABULARY;
import static io.meshtransformer.inference.Harness.greedily;
import static io.meshtransformer.inference.Harness.prompt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.FinishReason;
import io.meshtransformer.contracts.GenerationOptions;
import io.meshtransformer.contracts.Sampling;
import io.meshtransformer.contracts.TokenDetail;
import io.meshtransformer.gptj.engine.EngineLimits;
import io.meshtransformer.gptj.sampling.LogSoftmax;
import io.meshtransformer.gptj.sampling.TokenLogprob;
import io.meshtransformer.inference.generation.SamplerChoices;
import io.meshtransformer.inference.scheduler.Submission;
import io.meshtransformer.inference.text.IdsOnly;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GenerationTest {

    private final Harness harness = Harness.create();

    @Test
    void tokensAreNumberedAndTheChoiceEndsWithItsLength() {
        var request = harness.generate(prompt(10), Harness.sampled(5, 2, 3));
        harness.finish();

        var events = harness.events.get(request);
        for (int choice = 0; choice < 2; choice++) {
            var number = choice;
            assertThat(events.stream()
                            .filter(AnswerEvent.TokenGenerated.class::isInstance)
                            .map(AnswerEvent.TokenGenerated.class::cast)
                            .filter(token -> token.choice() == number)
                            .map(AnswerEvent.TokenGenerated::index))
                    .containsExactly(0, 1, 2, 3, 4);
        }
        assertThat(finished(request))
                .extracting(AnswerEvent.ChoiceFinished::reason)
                .containsExactly(FinishReason.LENGTH, FinishReason.LENGTH);
        assertThat(events.stream().filter(AnswerEvent::terminal)).hasSize(1);
    }

    @Test
    void logprobsAreTheModelsAndTheAlternativesItsLikeliest() {
        var prompt = prompt(10);
        var options = new GenerationOptions(3, 1, Sampling.seeded(5, 1), List.of(), 4, false, true);
        var request = harness.generate(prompt, options);
        harness.finish();

        var ids = prompt;
        var sum = 0.0;
        for (var token : generated(request)) {
            var row = LogSoftmax.of(harness.scripted().logitsAfter(ids), 0, VOCABULARY);
            assertThat(token.detail().logprob()).isEqualTo(row.logprob(token.id()));
            assertThat(token.detail().token()).isEqualTo("token_id:" + token.id());
            assertThat(token.detail().top())
                    .extracting(TokenDetail.Alternative::id)
                    .containsExactlyElementsOf(
                            row.top(4).stream().map(TokenLogprob::id).toList());
            assertThat(token.detail().top().getFirst().logprob())
                    .isGreaterThanOrEqualTo(token.detail().top().getLast().logprob());
            sum += token.detail().logprob();
            ids = Arrays.copyOf(ids, ids.length + 1);
            ids[ids.length - 1] = token.id();
        }
        assertThat(finished(request).getFirst().cumulativeLogprob()).isCloseTo(sum, within(1e-9));
    }

    @Test
    void zeroLogprobsReportTheTokenAlone() {
        var request =
                harness.generate(prompt(4), new GenerationOptions(1, 1, Sampling.greedy(), List.of(), 0, false, true));
        harness.finish();

        assertThat(generated(request).getFirst().detail().logprob()).isNegative();
        assertThat(generated(request).getFirst().detail().top()).isNull();
    }

    @Test
    void echoedLogprobsAreThoseOfAScore() {
        var prompt = prompt(100);
        var echo = harness.generate(prompt, new GenerationOptions(2, 1, Sampling.greedy(), List.of(), 1, true, true));
        var score = harness.score(Arrays.copyOf(prompt, 1), Arrays.copyOfRange(prompt, 1, 100));
        harness.finish();

        var echoed = echoed(echo);
        assertThat(echoed).extracting(TokenDetail::id).containsExactlyElementsOf(boxed(prompt));
        assertThat(echoed.getFirst().logprob()).isNull();
        assertThat(echoed.subList(1, 100))
                .extracting(TokenDetail::logprob)
                .containsExactlyElementsOf(((AnswerEvent.ScoreCompleted) harness.last(score))
                        .scores()
                        .getFirst()
                        .tokenLogprobs());
        assertThat(harness.tokens(echo, 0)).hasSize(2);
        var kinds = harness.events.get(echo).stream().map(Object::getClass).toList();
        assertThat(kinds.lastIndexOf(AnswerEvent.PromptEchoed.class))
                .isLessThan(kinds.indexOf(AnswerEvent.TokenGenerated.class));
    }

    @Test
    void echoWithLogprobsHoldsToTheBoundOfLogitRows() {
        var limits = new EngineLimits(2, 128, 256, 16, 64, 5);
        var narrow = new Harness(new ScriptedEngine(VOCABULARY, limits), OPTIONS);
        var stream = narrow.greedy(prompt(3), 30);
        var echo =
                narrow.generate(prompt(60), new GenerationOptions(0, 1, Sampling.greedy(), List.of(), 0, true, false));
        narrow.finish();

        assertThat(narrow.tokens(stream, 0)).hasSize(30);
        assertThat(narrow.events.get(echo).stream()
                        .filter(AnswerEvent.PromptEchoed.class::isInstance)
                        .map(AnswerEvent.PromptEchoed.class::cast)
                        .mapToInt(run -> run.tokens().size())
                        .sum())
                .isEqualTo(60);
    }

    @Test
    void echoWithoutGenerationEndsWithNoTokens() {
        var plain = harness.generate(
                prompt(10), new GenerationOptions(0, 2, Sampling.greedy(), List.of(), null, true, false));
        var single =
                harness.generate(prompt(1), new GenerationOptions(0, 1, Sampling.greedy(), List.of(), 3, true, false));
        harness.finish();

        assertThat(echoed(plain)).hasSize(10).allMatch(token -> token.logprob() == null);
        assertThat(finished(plain)).hasSize(2).allMatch(choice -> choice.tokens() == 0);
        assertThat(((AnswerEvent.GenerationCompleted) harness.last(plain))
                        .usage()
                        .completionTokens())
                .isZero();
        assertThat(echoed(single)).hasSize(1);
        assertThat(harness.scripted().steps()).isEmpty();
    }

    @Test
    void theEndOfTextTokenEndsAChoiceUnlessIgnored() {
        var onlyEos = Map.of(0, 1000.0);
        var sampling = new Sampling(0, 0, 1, 0, 1, 0, 0, onlyEos, 0);
        var ended = withBias(new GenerationOptions(5, 1, sampling, List.of(), null, false, false));
        var ignored = withBias(new GenerationOptions(5, 1, sampling, List.of(), null, false, true));

        assertThat(ended.getFirst()).isInstanceOf(AnswerEvent.TokenGenerated.class);
        assertThat(((AnswerEvent.ChoiceFinished) ended.get(1)).reason()).isEqualTo(FinishReason.STOP);
        assertThat(ended).hasSize(3);
        assertThat(ignored).hasSize(5 + 2);
    }

    /** Events of a request whose every token is the end-of-text token, 0. */
    private static List<AnswerEvent> withBias(GenerationOptions options) {
        var engine = new ScriptedEngine(VOCABULARY, Harness.LIMITS);
        var harness = new Harness(
                engine,
                OPTIONS,
                new IdsOnly(VOCABULARY),
                (_, _) -> (_, _) -> engine.config().eosTokenId());
        var request = harness.generate(prompt(3), options);
        harness.finish();
        return harness.events.get(request);
    }

    @Test
    void aChoiceThatFailsToDrawFailsItsRequestAlone() {
        var engine = new ScriptedEngine(VOCABULARY, Harness.LIMITS);
        var choices = new SamplerChoices(VOCABULARY, VOCABULARY);
        var harness = new Harness(engine, OPTIONS, new IdsOnly(VOCABULARY), (sampling, choice) -> {
            if (sampling.seed() != 13) {
                return choices.create(sampling, choice);
            }
            return (_, history) -> {
                if (history.length() - history.promptLength() == 3) {
                    throw new IllegalStateException("scripted");
                }
                return 1;
            };
        });
        var good = harness.generate(prompt(4), Harness.sampled(10, 1, 12));
        var bad = harness.generate(prompt(4), Harness.sampled(10, 1, 13));
        harness.finish();

        assertThat(harness.tokens(good, 0)).hasSize(10);
        assertThat(harness.tokens(bad, 0)).hasSize(3);
        assertThat(harness.failure(bad).code()).isEqualTo(FailureCode.INTERNAL_ERROR);
        assertThat(engine.openSlots()).isZero();
    }

    @Test
    void badOptionsAreNamed() {
        var noTokens = harness.generate(prompt(3), greedily(0));
        var manyChoices = harness.generate(prompt(3), Harness.sampled(1, 129, 0));
        var stop = harness.generate(
                prompt(3), new GenerationOptions(1, 1, Sampling.greedy(), List.of("x"), null, false, false));
        var alternatives = harness.generate(
                prompt(3), new GenerationOptions(1, 1, Sampling.greedy(), List.of(), 101, false, false));
        var bias = harness.generate(
                prompt(3), GenerationOptions.of(1, new Sampling(0, 0, 1, 0, 1, 0, 0, Map.of(VOCABULARY, 1.0), 0)));
        harness.step();

        assertThat(harness.failure(noTokens).message()).contains("max_tokens").contains("echo");
        assertThat(harness.failure(manyChoices).message()).contains("129").contains("128");
        assertThat(harness.failure(stop).code()).isEqualTo(FailureCode.TOKENIZER_UNAVAILABLE);
        assertThat(harness.failure(alternatives).message()).contains("101").contains("100");
        assertThat(harness.failure(bias).message()).contains("50").contains("49");
    }

    private List<TokenDetail> echoed(Submission request) {
        return harness.events.get(request).stream()
                .filter(AnswerEvent.PromptEchoed.class::isInstance)
                .map(AnswerEvent.PromptEchoed.class::cast)
                .flatMap(run -> run.tokens().stream())
                .toList();
    }

    private List<AnswerEvent.TokenGenerated> generated(Submission request) {
        return harness.events.get(request).stream()
                .filter(AnswerEvent.TokenGenerated.class::isInstance)
                .map(AnswerEvent.TokenGenerated.class::cast)
                .toList();
    }

    private List<AnswerEvent.ChoiceFinished> finished(Submission request) {
        return harness.events.get(request).stream()
                .filter(AnswerEvent.ChoiceFinished.class::isInstance)
                .map(AnswerEvent.ChoiceFinished.class::cast)
                .toList();
    }

    private static List<Integer> boxed(int[] ids) {
        return Arrays.stream(ids).boxed().toList();
    }
}
