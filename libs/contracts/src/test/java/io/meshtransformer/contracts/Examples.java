package io.meshtransformer.contracts;

import io.meshtransformer.contracts.AnswerEvent.ChoiceFinished;
import io.meshtransformer.contracts.AnswerEvent.Detokenized;
import io.meshtransformer.contracts.AnswerEvent.Failed;
import io.meshtransformer.contracts.AnswerEvent.GenerationCompleted;
import io.meshtransformer.contracts.AnswerEvent.ModelsDescribed;
import io.meshtransformer.contracts.AnswerEvent.PromptEchoed;
import io.meshtransformer.contracts.AnswerEvent.ScoreCompleted;
import io.meshtransformer.contracts.AnswerEvent.TokenGenerated;
import io.meshtransformer.contracts.AnswerEvent.Tokenized;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One message for each golden file, by the file's name: once with every optional field, once with none. */
final class Examples {
    private static final Instant DEADLINE = Instant.parse("2030-01-02T03:04:05.678Z");
    private static final Sampling SAMPLING =
            new Sampling(0.8, 40, 0.95, 0.05, 1.1, 0.5, 0.25, Map.of(50256, -100.0), 42);
    private static final GenerationOptions OPTIONS =
            new GenerationOptions(16, 2, SAMPLING, List.of("\n\n", "END"), 5, true, true);
    private static final TokenDetail TOKEN = new TokenDetail(
            640,
            " time",
            -0.25,
            List.of(new TokenDetail.Alternative(640, " time", -0.25), new TokenDetail.Alternative(257, " a", -1.5)));

    static final Map<String, Object> ALL = new TreeMap<>();

    static {
        ALL.put(
                "prompts-complete",
                new PromptRequest.Complete(
                        "cmpl-7-0",
                        "stories",
                        Priority.BATCH,
                        Prompt.ofText("Once upon\u2028\u00e9 \ud83d\ude00"),
                        OPTIONS,
                        DEADLINE));
        ALL.put(
                "prompts-complete-least",
                new PromptRequest.Complete(
                        "cmpl-7-0",
                        "stories",
                        null,
                        Prompt.ofIds(7454, 2402),
                        GenerationOptions.of(16, Sampling.greedy()),
                        null));
        ALL.put(
                "prompts-score",
                new PromptRequest.Score(
                        "score-7-0",
                        "stories",
                        Priority.BATCH,
                        Prompt.ofText("The cat"),
                        List.of(Prompt.ofText(" sat"), Prompt.ofIds(3332, 319)),
                        DEADLINE));
        ALL.put(
                "prompts-score-least",
                new PromptRequest.Score(
                        "score-7-0", "stories", null, Prompt.ofIds(464), List.of(Prompt.ofIds(3797)), null));
        ALL.put("prompts-tokenize", new PromptRequest.Tokenize("tok-1", "stories", "Once upon a time", true));
        ALL.put("prompts-detokenize", new PromptRequest.Detokenize("tok-2", "stories", TokenIds.of(7454, 2402)));
        ALL.put("prompts-describe-models", new PromptRequest.DescribeModels("models-1"));

        ALL.put(
                "inference-generate",
                new InferenceRequest.Generate("cmpl-7-0", "stories", TokenIds.of(7454, 2402), OPTIONS, DEADLINE));
        ALL.put(
                "inference-generate-least",
                new InferenceRequest.Generate(
                        "cmpl-7-0",
                        "stories",
                        TokenIds.of(7454),
                        GenerationOptions.of(0, Sampling.seeded(1, Long.MIN_VALUE)),
                        null));
        ALL.put(
                "inference-score",
                new InferenceRequest.Score(
                        "score-7-0",
                        "stories",
                        TokenIds.of(464, 3797),
                        List.of(TokenIds.of(3332), TokenIds.of(3332, 319)),
                        DEADLINE));
        ALL.put(
                "inference-score-least",
                new InferenceRequest.Score("score-7-0", "stories", TokenIds.of(464), List.of(TokenIds.of(3797)), null));

        answer("prompt", new PromptEchoed("cmpl-7-0", 1, List.of(TOKEN), " time"));
        answer(
                "prompt-least",
                new PromptEchoed("cmpl-7-0", 0, List.of(new TokenDetail(7454, "Once", null, null)), null));
        answer("token", new TokenGenerated("cmpl-7-0", 1, 3, 640, " time", TOKEN));
        answer("token-least", new TokenGenerated("cmpl-7-0", 0, 0, 640, null, null));
        answer("finished", new ChoiceFinished("cmpl-7-0", 1, 4, " EN", FinishReason.STOP, -12.5));
        answer("finished-least", new ChoiceFinished("cmpl-7-0", 0, 16, null, FinishReason.LENGTH, 0));
        answer("completed", new GenerationCompleted("cmpl-7-0", new Usage(2, 20)));
        answer(
                "scored",
                new ScoreCompleted(
                        "score-7-0",
                        List.of(
                                new ContinuationScore(-2.5, List.of(-2.5), TokenIds.of(3332), true),
                                new ContinuationScore(-4.0, List.of(-2.5, -1.5), TokenIds.of(3332, 319), false)),
                        new Usage(5, 0)));
        answer("tokenized", new Tokenized("tok-1", TokenIds.of(7454, 2402, 257, 640)));
        answer("detokenized", new Detokenized("tok-2", "Once upon"));
        answer(
                "models",
                new ModelsDescribed(
                        "models-1",
                        List.of(new ModelDescription(
                                "stories",
                                Instant.parse("2026-11-23T00:00:00Z"),
                                2048,
                                50400,
                                new ModelDescription.TokenizerDescription(
                                        50257, "<|endoftext|>", 50256, "<|endoftext|>", 50256)))));
        answer(
                "models-least",
                new ModelsDescribed(
                        "models-1",
                        List.of(
                                new ModelDescription("ids-only", Instant.EPOCH, 64, 128, null),
                                new ModelDescription(
                                        "no-special-tokens",
                                        Instant.EPOCH,
                                        64,
                                        128,
                                        new ModelDescription.TokenizerDescription(100, null, null, null, null)))));
        answer(
                "failed",
                new Failed(
                        "cmpl-7-0",
                        FailureCode.CONTEXT_LENGTH_EXCEEDED,
                        "the prompt has 2040 tokens and 16 more are asked for, the context holds 2048",
                        "prompt"));
        answer("failed-least", new Failed("cmpl-7-0", FailureCode.CANCELLED, "client gone", null));
        ALL.put(
                "answers-of-one-step",
                new AnswerBatch(List.of(
                        new TokenGenerated("cmpl-7-0", 0, 0, 640, " time", null),
                        new TokenGenerated("cmpl-8-0", 0, 5, 257, " a", null),
                        new ChoiceFinished("cmpl-8-0", 0, 6, null, FinishReason.LENGTH, -3.5))));

        ALL.put("cancellations", new Cancellation("cmpl-7-0", "client gone"));
    }

    private Examples() {}

    private static void answer(String name, AnswerEvent event) {
        ALL.put("answers-" + name, new AnswerBatch(List.of(event)));
    }

    /** The class that readers of this message's topic ask for. */
    static Class<?> readAs(Object message) {
        return switch (message) {
            case PromptRequest _ -> PromptRequest.class;
            case InferenceRequest _ -> InferenceRequest.class;
            default -> message.getClass();
        };
    }
}
