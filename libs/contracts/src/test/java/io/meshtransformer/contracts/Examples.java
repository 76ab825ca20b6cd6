package io.meshtransformer.contracts;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshtransformer.contracts.AnswerEvent.ChoiceFinished;
import io.meshtransformer.contracts.AnswerEvent.Detokenized;
import io.meshtransformer.contracts.AnswerEvent.Failed;
import io.meshtransformer.contracts.AnswerEvent.GenerationCompleted;
import io.meshtransformer.contracts.AnswerEvent.ModelsDescribed;
import io.meshtransformer.contracts.AnswerEvent.PromptEchoed;
import io.meshtransformer.contracts.AnswerEvent.RunHistory;
import io.meshtransformer.contracts.AnswerEvent.RunsDescribed;
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

    private static final Instant TIME = Instant.parse("2030-01-02T03:04:05.678901Z");
    private static final TrainingMesh MESH = new TrainingMesh(2, 4);
    private static final JsonObject CONFIGURATION = JsonObject.of(JsonNodeFactory.instance
            .objectNode()
            .put("name", "tales")
            .put("steps", 1000)
            .put("learningRate", 0.0003)
            .set("mesh", JsonNodeFactory.instance.objectNode().put("dp", 2).put("mp", 4)));

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

        trainingCommands();
        trainingEvents();
        runs();

        ALL.putAll(EvaluationExamples.ALL);
        ALL.put("cancellations", new Cancellation("cmpl-7-0", "client gone"));
    }

    private Examples() {}

    private static void trainingCommands() {
        ALL.put("training-submit", new TrainingCommand.SubmitRun("run-1", CONFIGURATION));
        ALL.put("training-cancel", new TrainingCommand.CancelRun("run-2", "tales"));
        ALL.put("training-resume", new TrainingCommand.ResumeRun("run-3", "tales"));
        ALL.put("training-list", new TrainingCommand.ListRuns("run-4"));
        ALL.put("training-describe", new TrainingCommand.DescribeRun("run-5", "tales"));
        ALL.put("training-history", new TrainingCommand.ReadHistory("run-6", "tales", 100L, 500));
        ALL.put("training-publish", new TrainingCommand.PublishCheckpoint("run-7", "tales", 500L));
        ALL.put("training-publish-least", new TrainingCommand.PublishCheckpoint("run-7", "tales", null));
    }

    private static void trainingEvents() {
        event("accepted", new TrainingEvent.RunAccepted("tales", 0, TIME, CONFIGURATION));
        event("queued", new TrainingEvent.RunQueued("tales", 0, TIME));
        event("starting", new TrainingEvent.WorkerStarting("tales", 1, TIME));
        event("started", new TrainingEvent.RunStarted("tales", 1, TIME, 0, 1000, 6_800_000L, 8, "TPU v3", MESH));
        event("started-least", new TrainingEvent.RunStarted("tales", 2, TIME, 500, 1000, null, 8, null, MESH));
        event(
                "step",
                new TrainingEvent.StepCompleted(
                        "tales", 1, TIME, 7, 1000, 2.5, 2.25, 0.0003, 0.75, 8192.0, 0.5, 4096, 1.5e10, 0.375, 0.5,
                        14336, 0.25));
        event(
                "step-least",
                new TrainingEvent.StepCompleted(
                        "tales", 1, TIME, 7, 1000, 2.5, 2.25, 0.0003, 0.75, null, 0.5, 4096, null, null, null, 14336,
                        0.25));
        event("validation", new TrainingEvent.ValidationCompleted("tales", 1, TIME, 500, "validation", 1.75, 65536));
        event(
                "checkpoint",
                new TrainingEvent.CheckpointCommitted(
                        "tales",
                        1,
                        TIME,
                        500,
                        "/runs/tales/checkpoints/step-00000500",
                        81_600_000L,
                        1.75,
                        true,
                        List.of("lambada_openai"),
                        true));
        event(
                "checkpoint-least",
                new TrainingEvent.CheckpointCommitted(
                        "tales",
                        1,
                        TIME,
                        500,
                        "/runs/tales/checkpoints/step-00000500",
                        81_600_000L,
                        null,
                        false,
                        null,
                        false));
        event("checkpoint-failed", new TrainingEvent.CheckpointFailed("tales", 1, TIME, 500, "no space left"));
        event("checkpoint-deleted", new TrainingEvent.CheckpointDeleted("tales", 1, TIME, 250));
        event("worker-failed", new TrainingEvent.WorkerFailed("tales", 1, TIME, "unknown key 'stpes'", true));
        event("preempted", new TrainingEvent.RunPreempted("tales", 1, TIME, 512));
        event("restarting", new TrainingEvent.RunRestarting("tales", 1, TIME, 2.5, "the worker said nothing for 60 s"));
        event("finished", new TrainingEvent.RunFinished("tales", 2, TIME, 1000));
        event("failed", new TrainingEvent.RunFailed("tales", 5, TIME, "5 workers died without a new checkpoint"));
        event("cancelled", new TrainingEvent.RunCancelled("tales", 1, TIME));
        event("heartbeat", new TrainingEvent.Heartbeat("tales", 1, TIME, 6, RunPhase.COMPILING));
    }

    private static void runs() {
        answer(
                "runs",
                new RunsDescribed(
                        "run-5",
                        List.of(new RunDescription(
                                "tales",
                                RunState.RESTARTING,
                                "the worker said nothing for 60 s",
                                CONFIGURATION,
                                "local",
                                2,
                                512,
                                1000L,
                                6_800_000L,
                                8,
                                "TPU v3",
                                MESH,
                                RunPhase.STEPPING,
                                2.5,
                                1.75,
                                1.5,
                                4096.0,
                                0.375,
                                1_048_576,
                                List.of(new RunDescription.CheckpointDescription(
                                        500,
                                        "/runs/tales/checkpoints/step-00000500",
                                        81_600_000L,
                                        1.75,
                                        true,
                                        true,
                                        TIME)),
                                TIME,
                                TIME,
                                TIME))));
        answer(
                "runs-least",
                new RunsDescribed(
                        "run-5",
                        List.of(
                                new RunDescription(
                                        "tales",
                                        RunState.QUEUED,
                                        null,
                                        CONFIGURATION,
                                        "local",
                                        0,
                                        0,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        0,
                                        List.of(),
                                        TIME,
                                        null,
                                        null),
                                new RunDescription(
                                        "tales",
                                        RunState.RUNNING,
                                        null,
                                        CONFIGURATION,
                                        "local",
                                        1,
                                        500,
                                        1000L,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        null,
                                        0,
                                        List.of(new RunDescription.CheckpointDescription(
                                                500,
                                                "/runs/tales/checkpoints/step-00000500",
                                                81_600_000L,
                                                null,
                                                false,
                                                false,
                                                TIME)),
                                        TIME,
                                        null,
                                        null))));
        answer(
                "history",
                new RunHistory(
                        "run-6",
                        "tales",
                        new RunCurve(
                                2,
                                List.of(
                                        new RunCurve.StepPoint(
                                                6, TIME, 2.75, 2.5, 0.0003, 0.5, 8192.0, 0.5, 4096, 0.375, 12288, 0.25),
                                        new RunCurve.StepPoint(
                                                7, TIME, 2.5, 2.25, 0.0003, 0.75, null, 0.5, 4096, null, 14336, 0.25)),
                                List.of(new RunCurve.ValidationPoint(6, TIME, "validation", 1.75)))));
        answer("history-least", new RunHistory("run-6", "tales", new RunCurve(1, List.of(), List.of())));
    }

    private static void event(String name, TrainingEvent event) {
        ALL.put("training-events-" + name, event);
    }

    private static void answer(String name, AnswerEvent event) {
        ALL.put("answers-" + name, new AnswerBatch(List.of(event)));
    }

    /** The class that readers of this message's topic ask for. */
    static Class<?> readAs(Object message) {
        return switch (message) {
            case PromptRequest _ -> PromptRequest.class;
            case InferenceRequest _ -> InferenceRequest.class;
            case TrainingCommand _ -> TrainingCommand.class;
            case TrainingEvent _ -> TrainingEvent.class;
            case EvaluationCommand _ -> EvaluationCommand.class;
            default -> message.getClass();
        };
    }
}
