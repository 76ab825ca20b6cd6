package io.meshtransformer.gateway.suite;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshtransformer.contracts.EvaluationDescription;
import io.meshtransformer.contracts.EvaluationDescription.Metric;
import io.meshtransformer.contracts.EvaluationDescription.TaskResult;
import io.meshtransformer.contracts.EvaluationProtocol;
import io.meshtransformer.contracts.EvaluationSettings;
import io.meshtransformer.contracts.EvaluationState;
import io.meshtransformer.contracts.JsonObject;
import io.meshtransformer.contracts.ServedModel;
import java.time.Instant;
import java.util.List;

/** What an evaluation is after so many documents, as a model of some quality would have judged them. */
public final class ScriptedEvaluation {
    private static final long FULL = 1000;

    private final String name;
    private final EvaluationSettings settings;
    private final Instant created;
    private final double quality;
    private final String run;
    private final Long step;
    private EvaluationState state = EvaluationState.QUEUED;
    private String reason;
    private long done;

    /**
     * @param quality of the model, from 0 (guesses) to 1
     * @param run whose checkpoint it evaluates, or null
     */
    public ScriptedEvaluation(
            String name, EvaluationSettings settings, double quality, Instant created, String run, Long step) {
        this.name = name;
        this.settings = settings;
        this.created = created;
        this.quality = quality;
        this.run = run;
        this.step = step;
    }

    synchronized ScriptedEvaluation is(EvaluationState next) {
        state = next;
        return this;
    }

    synchronized ScriptedEvaluation failed(String why) {
        reason = why;
        return is(EvaluationState.FAILED);
    }

    /** So many documents of each task are judged under each protocol; the last ends it. */
    synchronized ScriptedEvaluation done(long documents) {
        done = Math.min(documents, each());
        return is(done == each() ? EvaluationState.FINISHED : EvaluationState.RUNNING);
    }

    EvaluationSettings settings() {
        return settings;
    }

    private long each() {
        return settings.limit() == null ? FULL : settings.limit();
    }

    /** Documents of a task that are judged. */
    synchronized int judged() {
        return (int) done;
    }

    synchronized EvaluationDescription description(boolean withReceipt) {
        int parts = settings.tasks().size() * settings.protocols().size();
        var running = state == EvaluationState.RUNNING;
        var finished = state == EvaluationState.FINISHED;
        var began = done > 0;
        return new EvaluationDescription(
                name,
                state,
                reason,
                settings,
                run,
                step,
                began
                        ? new ServedModel(
                                settings.model(),
                                "1d".repeat(32),
                                "09ab".repeat(16),
                                "vector",
                                "fp32",
                                "0.1.0",
                                256,
                                4096)
                        : null,
                began ? "7c".repeat(32) : null,
                each() * parts,
                done * parts,
                done / 4,
                done * parts * 3 / 2,
                running ? 41.5 : null,
                running ? (each() - done) * parts / 41.5 : null,
                settings.tasks().stream()
                        .flatMap(task -> settings.protocols().stream().map(protocol -> result(task, protocol)))
                        .toList(),
                withReceipt && finished ? receipt() : null,
                created,
                began ? created.plusSeconds(1) : null,
                finished ? created.plusSeconds(each() / 40) : null);
    }

    private TaskResult result(String task, EvaluationProtocol protocol) {
        var excerpt = task.startsWith("arc");
        var fewShot = settings.fewShot() == null ? 0 : settings.fewShot();
        return new TaskResult(
                task, "1.0", protocol, fewShot, each(), done, excerpt, done == 0 ? List.of() : metrics(task, protocol));
    }

    private List<Metric> metrics(String task, EvaluationProtocol protocol) {
        var shift = protocol == EvaluationProtocol.MTJ_2021 ? 0.014 : 0;
        return switch (task) {
            case "lambada_openai" ->
                List.of(perplexity(4 + 60 * (1 - quality) - 20 * shift), share("acc", 0.75 * quality + shift));
            case "winogrande" -> List.of(share("acc", 0.5 + 0.2 * quality));
            default -> {
                var chance = task.equals("piqa") ? 0.5 : 0.25;
                var acc = chance + (0.85 - chance) * quality * 0.8 - shift;
                yield List.of(share("acc", acc), share("acc_norm", acc + 0.03 * quality));
            }
        };
    }

    private Metric share(String metric, double value) {
        return new Metric(metric, value, done == 1 ? null : Math.sqrt(value * (1 - value) / (done - 1)), true);
    }

    /** Bootstrapped, so only at the end there is an error. */
    private Metric perplexity(double value) {
        return new Metric(
                "perplexity", value, state == EvaluationState.FINISHED ? value * 1.3 / Math.sqrt(done) : null, false);
    }

    private JsonObject receipt() {
        var fields = JsonNodeFactory.instance.objectNode();
        fields.put("evaluation", name).put("model", settings.model()).put("acc", 1.0E-5);
        return JsonObject.of(fields);
    }
}
