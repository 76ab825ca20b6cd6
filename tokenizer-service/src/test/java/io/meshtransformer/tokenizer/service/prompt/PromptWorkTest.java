package io.meshtransformer.tokenizer.service.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.GenerationOptions;
import io.meshtransformer.contracts.InferenceRequest;
import io.meshtransformer.contracts.Priority;
import io.meshtransformer.contracts.Prompt;
import io.meshtransformer.contracts.PromptRequest;
import io.meshtransformer.contracts.Sampling;
import io.meshtransformer.contracts.TokenIds;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.tokenizer.service.TestModels;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PromptWorkTest {
    private static final Instant NOW = Instant.parse("2026-11-23T09:00:00Z");
    private static final TextLimits LIMITS = new TextLimits(1 << 20, 1 << 17, 1 << 25);

    private final PromptWork stories = new PromptWork(TestModels.stories(), LIMITS, () -> NOW);
    private final PromptWork idsOnly = new PromptWork(TestModels.idsOnly(), LIMITS, () -> NOW);

    @Test
    void aTextBecomesItsIdsAndTheRestStays() {
        var options = new GenerationOptions(16, 2, Sampling.seeded(0.8, 7), List.of("\n\n"), 3, true, true);
        var deadline = NOW.plusSeconds(60);
        var request = new PromptRequest.Complete(
                "r-1", "stories", Priority.INTERACTIVE, Prompt.ofText("Once upon a time"), options, deadline);
        var ids = TokenIds.of(TestModels.stories().tokenizer().orElseThrow().encode("Once upon a time"));
        assertThat(stories.outcome(request))
                .isEqualTo(new Outcome.Forward(
                        Topics.INTERACTIVE, new InferenceRequest.Generate("r-1", "stories", ids, options, deadline)));
    }

    @Test
    void batchWorkGoesItsOwnWay() {
        var request = new PromptRequest.Complete(
                "r", "stories", Priority.BATCH, Prompt.ofIds(5), GenerationOptions.of(1, Sampling.greedy()), null);
        assertThat(((Outcome.Forward) stories.outcome(request)).topic()).isEqualTo(Topics.BATCH);
        var score = new PromptRequest.Score(
                "r", "stories", Priority.BATCH, Prompt.ofIds(5), List.of(Prompt.ofIds(6)), null);
        assertThat(((Outcome.Forward) stories.outcome(score)).topic()).isEqualTo(Topics.BATCH);
    }

    @Test
    void specialTokensInATextBecomeTheirIds() {
        assertThat(generated(stories, Prompt.ofText("<|endoftext|>"), 1)).containsExactly(4095);
    }

    @Test
    void aPromptMayFillTheContextTogetherWithWhatFollows() {
        assertThat(generated(idsOnly, ids(30), 2)).hasSize(30);
        assertRefused(
                idsOnly,
                complete("ids", ids(30), 3),
                FailureCode.CONTEXT_LENGTH_EXCEEDED,
                "the prompt's 30 tokens and 'max_tokens' 3 make 33, the model's context holds 32",
                "prompt");
        assertRefused(
                idsOnly,
                complete("ids", ids(1), Integer.MAX_VALUE),
                FailureCode.CONTEXT_LENGTH_EXCEEDED,
                "the prompt's 1 tokens and 'max_tokens' 2147483647 make 2147483648, the model's context holds 32",
                "prompt");
        assertRefused(
                stories,
                complete("stories", Prompt.ofText("Once upon a time. ".repeat(100)), 10),
                FailureCode.CONTEXT_LENGTH_EXCEEDED,
                "the prompt's 600 tokens and 'max_tokens' 10 make 610, the model's context holds 256",
                "prompt");
    }

    @Test
    void aTextThatCannotFitIsNotEvenEncoded() {
        // The longest token has 14 bytes.
        assertRefused(
                stories,
                complete("stories", Prompt.ofText(" ".repeat(5_000_000)), 16),
                FailureCode.CONTEXT_LENGTH_EXCEEDED,
                "'prompt' has 5000000 bytes of text, at least 357143 tokens; the model takes at most 256",
                "prompt");
    }

    @Test
    void anEmptyPromptIsRefused() {
        var message = "'prompt' is empty: it has no token to go on from";
        assertInvalid(stories, complete("stories", Prompt.ofText(""), 16), message, "prompt");
        assertInvalid(stories, complete("stories", Prompt.ofIds(), 16), message, "prompt");
    }

    @Test
    void nothingToGenerateMakesSenseWithEchoOnly() {
        var silent = GenerationOptions.of(0, Sampling.greedy());
        assertInvalid(
                stories,
                complete("stories", Prompt.ofText("Once"), silent),
                "'max_tokens' is 0, which makes sense with 'echo' alone",
                "max_tokens");
        var echo = new GenerationOptions(0, 1, Sampling.greedy(), List.of(), 1, true, false);
        assertThat(stories.outcome(complete("stories", Prompt.ofText("Once"), echo)))
                .isInstanceOf(Outcome.Forward.class);
    }

    @Test
    void anUnknownModelIsNamed() {
        for (var request : List.of(
                complete("gpt-4", Prompt.ofText("Once"), 16),
                new PromptRequest.Score("r", "gpt-4", null, Prompt.ofText("a"), List.of(Prompt.ofText("b")), null),
                new PromptRequest.Tokenize("r", "gpt-4", "text", false),
                new PromptRequest.Detokenize("r", "gpt-4", TokenIds.of(1)))) {
            assertRefused(
                    stories,
                    request,
                    FailureCode.MODEL_NOT_FOUND,
                    "the model 'gpt-4' is not served here; served: stories",
                    "model");
        }
    }

    @Test
    void idsOutsideTheModelAreNamed() {
        assertInvalid(
                stories,
                complete("stories", Prompt.ofIds(5, 4096), 16),
                "'prompt' has the token id 4096, the ids of 'stories' are 0 to 4095",
                "prompt");
        assertInvalid(
                stories,
                complete("stories", Prompt.ofIds(-1), 16),
                "'prompt' has the token id -1, the ids of 'stories' are 0 to 4095",
                "prompt");
        assertInvalid(
                stories,
                new PromptRequest.Detokenize("r", "stories", TokenIds.of(1, 5000)),
                "'tokens' has the token id 5000, the ids of 'stories' are 0 to 4095",
                "tokens");
    }

    @Test
    void logitBiasIsForIdsOfTheModel() {
        assertInvalid(
                stories,
                complete("stories", Prompt.ofText("Once"), biased(4096, 1)),
                "'logit_bias' has the token id 4096, the ids of 'stories' are 0 to 4095",
                "logit_bias");
    }

    @Test
    void aModelWithoutTokenizerTakesNoText() {
        var message = "the model 'ids' has no tokenizer: 'prompt' must be token ids";
        assertRefused(
                idsOnly,
                complete("ids", Prompt.ofText("Once"), 16),
                FailureCode.TOKENIZER_UNAVAILABLE,
                message,
                "prompt");
        assertRefused(
                idsOnly,
                new PromptRequest.Tokenize("r", "ids", "Once", false),
                FailureCode.TOKENIZER_UNAVAILABLE,
                message,
                "prompt");
        assertRefused(
                idsOnly,
                new PromptRequest.Detokenize("r", "ids", TokenIds.of(1)),
                FailureCode.TOKENIZER_UNAVAILABLE,
                "the model 'ids' has no tokenizer: 'tokens' must be token ids",
                "tokens");
        assertRefused(
                idsOnly,
                new PromptRequest.Score("r", "ids", null, Prompt.ofText("a"), List.of(Prompt.ofText("b")), null),
                FailureCode.TOKENIZER_UNAVAILABLE,
                "the model 'ids' has no tokenizer: 'context' must be token ids",
                "context");
        assertRefused(
                idsOnly,
                complete("ids", Prompt.ofIds(1), stopping("\n")),
                FailureCode.TOKENIZER_UNAVAILABLE,
                "the model 'ids' has no tokenizer: there is no text in which 'stop' could be found",
                "stop");
    }

    @Test
    void halfACharacterIsRefusedWithItsPlace() {
        assertInvalid(
                stories,
                complete("stories", Prompt.ofText("ab\uD83D"), 16),
                "'prompt': the text has a lone surrogate, U+D83D, at index 2",
                "prompt");
        assertInvalid(
                stories,
                complete("stories", Prompt.ofText("Once"), stopping("\uDE42")),
                "'stop': the text has a lone surrogate, U+DE42, at index 0",
                "stop");
        assertInvalid(
                stories,
                new PromptRequest.Tokenize("r", "stories", "\uDE42", false),
                "'prompt': the text has a lone surrogate, U+DE42, at index 0",
                "prompt");
    }

    @Test
    void aDeadlineThatHasPassedIsNamed() {
        var options = GenerationOptions.of(1, Sampling.greedy());
        var late = new PromptRequest.Complete(
                "r", "stories", null, Prompt.ofText("Once"), options, NOW.minusMillis(1_500));
        assertRefused(
                stories,
                late,
                FailureCode.DEADLINE_EXCEEDED,
                "the deadline, 2026-11-23T08:59:58.500Z, passed 1500 ms before the prompt's turn came",
                null);
    }

    @Test
    void textsAndIdsAreTurnedIntoEachOther() {
        assertThat(answer(stories, new PromptRequest.Tokenize("r", "stories", "Once upon", true)))
                .isEqualTo(new AnswerEvent.Tokenized("r", TokenIds.of(430, 458)));
        assertThat(answer(stories, new PromptRequest.Detokenize("r", "stories", TokenIds.of(430, 458))))
                .isEqualTo(new AnswerEvent.Detokenized("r", "Once upon"));
        assertThat(answer(stories, new PromptRequest.Tokenize("r", "stories", "", false)))
                .isEqualTo(new AnswerEvent.Tokenized("r", TokenIds.EMPTY));
    }

    @Test
    void oversizedTextsAreRefusedWithBothNumbers() {
        assertInvalid(
                stories,
                new PromptRequest.Tokenize("r", "stories", "a b ".repeat(300_000), false),
                "'prompt' has 1200000 bytes of text, at most 1048576 are taken at once",
                "prompt");
        assertInvalid(
                stories,
                new PromptRequest.Tokenize("r", "stories", "a b " + "é".repeat(100_000), false),
                "'prompt' has 200001 bytes of text without a break between words, at most 131072 are taken at once",
                "prompt");
        var ids = IntStream.generate(() -> 4095).limit(100_000).toArray();
        assertInvalid(
                stories,
                new PromptRequest.Detokenize("r", "stories", TokenIds.of(ids)),
                "'tokens' stand for 1300000 bytes of text, at most 1048576 are given at once",
                "tokens");
    }

    @Test
    void theServedModelIsDescribed() {
        assertThat(answer(stories, new PromptRequest.DescribeModels("r")))
                .isEqualTo(new AnswerEvent.ModelsDescribed(
                        "r", List.of(TestModels.stories().description())));
    }

    private static Prompt ids(int count) {
        return Prompt.ofIds(new int[count]);
    }

    private static PromptRequest complete(String model, Prompt prompt, int maxTokens) {
        return complete(model, prompt, GenerationOptions.of(maxTokens, Sampling.greedy()));
    }

    private static PromptRequest complete(String model, Prompt prompt, GenerationOptions options) {
        return new PromptRequest.Complete("r", model, null, prompt, options, null);
    }

    private static GenerationOptions stopping(String stop) {
        return new GenerationOptions(1, 1, Sampling.greedy(), List.of("x", stop), null, false, false);
    }

    private static GenerationOptions biased(int id, double bias) {
        var sampling = new Sampling(0, 0, 1, 0, 1, 0, 0, Map.of(id, bias), 0);
        return GenerationOptions.of(1, sampling);
    }

    private static int[] generated(PromptWork work, Prompt prompt, int maxTokens) {
        var model = work.outcome(new PromptRequest.DescribeModels("d"))
                        instanceof Outcome.Answer(AnswerEvent.ModelsDescribed described)
                ? described.models().getFirst().id()
                : "";
        var forward = (Outcome.Forward) work.outcome(complete(model, prompt, maxTokens));
        return ((InferenceRequest.Generate) forward.request()).promptIds().toArray();
    }

    private static AnswerEvent answer(PromptWork work, PromptRequest request) {
        return ((Outcome.Answer) work.outcome(request)).event();
    }

    private static void assertInvalid(PromptWork work, PromptRequest request, String message, String parameter) {
        assertRefused(work, request, FailureCode.INVALID_REQUEST, message, parameter);
    }

    private static void assertRefused(
            PromptWork work, PromptRequest request, FailureCode code, String message, String parameter) {
        assertThat(work.outcome(request))
                .isEqualTo(new Outcome.Answer(new AnswerEvent.Failed(request.requestId(), code, message, parameter)));
    }
}
