package io.meshtransformer.contracts;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshtransformer.contracts.AnswerEvent.EvaluationDocuments;
import io.meshtransformer.contracts.AnswerEvent.EvaluationRebuilt;
import io.meshtransformer.contracts.AnswerEvent.EvaluationsDescribed;
import io.meshtransformer.contracts.AnswerEvent.ModelServed;
import io.meshtransformer.contracts.AnswerEvent.ReceiptVerified;
import io.meshtransformer.contracts.AnswerEvent.TasksDescribed;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The part of {@link Examples} that evaluations speak in. */
final class EvaluationExamples {
    private static final Instant TIME = Instant.parse("2030-01-02T03:04:05.678901Z");
    private static final String MODEL_HASH = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752";
    private static final String IDENTITY = "fd61a03af4f77d870fc21e05e7e80678095c92d808cfb3b5c279ee04c74aca13";
    private static final String HASH = "a4e624d686e03ed2767c0abd85c14426b0b1157d2ce81d27bb4fe4f6f01d688a";
    private static final ServedModel SERVED =
            new ServedModel("stories", IDENTITY, MODEL_HASH, "vector", "bf16", "0.1.0", 256, 4096);
    private static final EvaluationSettings SETTINGS = new EvaluationSettings(
            "stories",
            List.of("lambada_openai", "piqa"),
            List.of(EvaluationProtocol.MTJ_2021, EvaluationProtocol.HARNESS),
            100,
            5,
            42L);
    private static final EvaluationSettings LEAST_SETTINGS =
            new EvaluationSettings("stories", List.of("piqa"), null, null, null, null);
    private static final JsonObject RECEIPT = JsonObject.of(JsonNodeFactory.instance
            .objectNode()
            .put("format", "mtj-evaluation-receipt-1")
            .put("hash", HASH));

    static final Map<String, Object> ALL = new TreeMap<>();

    static {
        ALL.put(
                "inference-generate-identified",
                new InferenceRequest.Generate(
                        "eval-7",
                        "stories",
                        TokenIds.of(7454),
                        GenerationOptions.of(16, Sampling.greedy()),
                        null,
                        IDENTITY));
        ALL.put(
                "inference-score-identified",
                new InferenceRequest.Score(
                        "eval-8", "stories", TokenIds.of(464), List.of(TokenIds.of(3797)), null, IDENTITY));
        ALL.put("inference-describe", new InferenceRequest.Describe("model-1", "stories", TIME));
        ALL.put("inference-describe-least", new InferenceRequest.Describe("model-1", "stories", null));
        answer("served", new ModelServed("model-1", SERVED));
        commands();
        answers();
        ALL.put(
                "evaluation-results-scores",
                new EvaluationResult(
                        HASH,
                        IDENTITY,
                        MODEL_HASH,
                        List.of(new EvaluationResult.Score(-2.5, true), new EvaluationResult.Score(-1.0e-7, false)),
                        null,
                        TIME));
        ALL.put("evaluation-results-text", new EvaluationResult(HASH, IDENTITY, MODEL_HASH, null, " Paris", TIME));
        ALL.put("evaluation-events", new EvaluationEvent("nightly", TIME, running()));
    }

    private EvaluationExamples() {}

    private static void commands() {
        command("evaluate", new EvaluationCommand.Evaluate("eval-1", "nightly", SETTINGS));
        command("evaluate-least", new EvaluationCommand.Evaluate("eval-1", null, LEAST_SETTINGS));
        command("pause", new EvaluationCommand.Pause("eval-2", "nightly"));
        command("resume", new EvaluationCommand.Resume("eval-3", "nightly"));
        command("cancel", new EvaluationCommand.Cancel("eval-4", "nightly"));
        command("list", new EvaluationCommand.ListEvaluations("eval-5"));
        command("describe", new EvaluationCommand.Describe("eval-6", "nightly"));
        command("documents", new EvaluationCommand.ReadDocuments("eval-7", "nightly", "piqa", 100, 10, true));
        command("documents-least", new EvaluationCommand.ReadDocuments("eval-7", "nightly", "piqa", null, null, null));
        command("rebuild", new EvaluationCommand.Rebuild("eval-8", "nightly"));
        command("verify", new EvaluationCommand.Verify("eval-9", RECEIPT, 50));
        command("verify-least", new EvaluationCommand.Verify("eval-9", RECEIPT, null));
        command("tasks", new EvaluationCommand.DescribeTasks("eval-10"));
    }

    private static void answers() {
        answer("evaluations", new EvaluationsDescribed("eval-6", List.of(finished())));
        answer("evaluations-least", new EvaluationsDescribed("eval-5", List.of(queued())));
        answer(
                "documents",
                new EvaluationDocuments(
                        "eval-7",
                        "nightly",
                        "piqa",
                        1838,
                        List.of(new EvaluatedDocument(
                                3, HASH, List.of(view()), List.of("end-of-text stands before the context")))));
        answer(
                "documents-least",
                new EvaluationDocuments(
                        "eval-7",
                        "nightly",
                        "trivia",
                        1,
                        List.of(new EvaluatedDocument(
                                0,
                                HASH,
                                List.of(new EvaluatedDocument.View(
                                        EvaluationProtocol.HARNESS,
                                        List.of("Question: ?"),
                                        List.of(new EvaluatedDocument.Choice(0, "four", null, null, null)),
                                        null,
                                        null,
                                        Map.of())),
                                List.of()))));
        answer("rebuilt", new EvaluationRebuilt("eval-8", "nightly", 3676, HASH, HASH, true));
        answer("verified", new ReceiptVerified("eval-9", false, 40, 0.25, List.of("document 7 of piqa differs")));
        answer(
                "tasks",
                new TasksDescribed(
                        "eval-10",
                        List.of(new TaskDescription(
                                "piqa",
                                "1",
                                "multiple_choice",
                                HASH,
                                List.of("acc", "acc_norm"),
                                "/data/piqa/piqa_validation_hf.jsonl",
                                1838L,
                                false,
                                "https://huggingface.co/datasets/baber/piqa",
                                "AFL-3.0"))));
        answer(
                "tasks-least",
                new TasksDescribed(
                        "eval-10",
                        List.of(new TaskDescription(
                                "own", "0", "loglikelihood", HASH, List.of("acc"), null, null, false, null, null))));
    }

    private static EvaluatedDocument.View view() {
        return new EvaluatedDocument.View(
                EvaluationProtocol.MTJ_2021,
                List.of("<|endoftext|>Question: How?\nAnswer:"),
                List.of(
                        new EvaluatedDocument.Choice(0, " With care.", 3, -7.5, false),
                        new EvaluatedDocument.Choice(0, " Never.", 2, -6.25, true)),
                1,
                " Never.",
                Map.of("acc", 1.0));
    }

    private static EvaluationDescription finished() {
        return new EvaluationDescription(
                "nightly",
                EvaluationState.FINISHED,
                "all documents are judged",
                SETTINGS,
                "tales",
                500L,
                SERVED,
                HASH,
                400,
                400,
                10,
                590,
                52.5,
                0.0,
                List.of(new EvaluationDescription.TaskResult(
                        "piqa",
                        "1",
                        EvaluationProtocol.HARNESS,
                        5,
                        100,
                        100,
                        true,
                        List.of(new EvaluationDescription.Metric("acc", 0.68, 0.046882617226215, true)))),
                RECEIPT,
                TIME,
                TIME,
                TIME);
    }

    private static EvaluationDescription running() {
        return new EvaluationDescription(
                "nightly",
                EvaluationState.RUNNING,
                null,
                SETTINGS,
                null,
                null,
                SERVED,
                HASH,
                400,
                1,
                0,
                64,
                52.5,
                7.6,
                List.of(new EvaluationDescription.TaskResult(
                        "lambada_openai",
                        "1",
                        EvaluationProtocol.HARNESS,
                        0,
                        100,
                        1,
                        false,
                        List.of(new EvaluationDescription.Metric("perplexity", 42.5, null, false)))),
                null,
                TIME,
                TIME,
                null);
    }

    private static EvaluationDescription queued() {
        return new EvaluationDescription(
                "nightly",
                EvaluationState.QUEUED,
                null,
                LEAST_SETTINGS,
                null,
                null,
                null,
                null,
                0,
                0,
                0,
                0,
                null,
                null,
                List.of(),
                null,
                TIME,
                null,
                null);
    }

    private static void command(String name, EvaluationCommand command) {
        ALL.put("evaluation-requests-" + name, command);
    }

    private static void answer(String name, AnswerEvent event) {
        ALL.put("answers-" + name, new AnswerBatch(List.of(event)));
    }
}
