package io.meshtransformer.evaluation.service.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshtransformer.contracts.EvaluationCommand;
import io.meshtransformer.contracts.EvaluationSettings;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.MessageCodec;
import io.meshtransformer.contracts.TrainingEvent.CheckpointCommitted;
import io.meshtransformer.evaluation.service.control.ControlPlane.Wish;
import io.meshtransformer.evaluation.service.evaluation.Evaluation.Checkpoint;
import io.meshtransformer.evaluation.service.store.EvaluationRow;
import io.meshtransformer.evaluation.service.work.Models;
import io.meshtransformer.evaluation.service.work.Tasks;
import io.meshtransformer.evaluation.task.TaskException;
import io.meshtransformer.files.Sha256;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;

/** What may be evaluated, and under a name that is taken. */
@Singleton
public final class Wishes {
    private static final int SHORT_HASH = 8;

    private final Tasks tasks;
    private final Models models;

    Wishes(Tasks tasks, Models models) {
        this.tasks = tasks;
        this.models = models;
    }

    /** @throws Refusal if its model or a task is not there */
    Wish of(EvaluationCommand.Evaluate command) {
        var settings = command.settings();
        var parts = parts(settings);
        var model = models.named(settings.model())
                .orElseThrow(() -> new Refusal(
                        FailureCode.MODEL_NOT_FOUND,
                        "the model '%s' is not served here; served: %s"
                                .formatted(settings.model(), String.join(", ", models.names())),
                        "model"));
        if (model.tokenizer().isEmpty()) {
            throw new Refusal(
                    FailureCode.TOKENIZER_UNAVAILABLE,
                    "the model '" + settings.model() + "' has no tokenizer, so no text can be evaluated with it",
                    "model");
        }
        var checkpoint = models.checkpoint(settings.model()).orElse(null);
        return new Wish(command.evaluation(), settings, checkpoint, false, new Wish.Plan.Parts(parts));
    }

    /**
     * Of a checkpoint whose run wants it evaluated. Nobody waits for an answer: where a task is not there, the evaluation
     * says so.
     */
    Wish of(CheckpointCommitted checkpoint) {
        var wanted = List.copyOf(checkpoint.evaluate());
        var settings = new EvaluationSettings(checkpoint.model(), wanted, null, null, null, null);
        var hash = Sha256.of(MessageCodec.write(wanted)).substring(0, SHORT_HASH);
        return new Wish(
                checkpoint.model() + "-" + hash,
                settings,
                new Checkpoint(checkpoint.run(), checkpoint.step()),
                true,
                plan(settings));
    }

    private Wish.Plan plan(EvaluationSettings settings) {
        try {
            return new Wish.Plan.Parts(parts(settings));
        } catch (Refusal e) {
            return new Wish.Plan.Impossible(e.getMessage());
        }
    }

    private List<PartPlan> parts(EvaluationSettings settings) {
        var parts = new ArrayList<PartPlan>();
        for (var name : settings.tasks()) {
            try {
                var task = tasks.named(name);
                settings.protocols().forEach(protocol -> parts.add(PartPlan.of(task, protocol, settings)));
            } catch (TaskException.Unknown e) {
                throw new Refusal(FailureCode.TASK_NOT_FOUND, e.getMessage(), "tasks");
            } catch (TaskException.DataUnavailable | TaskException.MalformedDocument e) {
                throw new Refusal(FailureCode.TASK_DATA_UNAVAILABLE, e.getMessage(), "tasks");
            } catch (TaskException.MalformedDefinition e) {
                throw new Refusal(FailureCode.INVALID_REQUEST, e.getMessage(), "tasks");
            }
        }
        return parts;
    }

    /** @throws Refusal if the evaluation of this name is another one */
    static void requireSame(EvaluationRow there, EvaluationSettings wanted) {
        if (!there.settings().equals(wanted)) {
            throw new Refusal(
                    FailureCode.EVALUATION_CONFLICT,
                    "evaluation '%s' is there with other settings: %s, not %s; another name makes another evaluation"
                            .formatted(there.name(), json(there.settings()), json(wanted)),
                    "evaluation");
        }
    }

    private static String json(EvaluationSettings settings) {
        return new String(MessageCodec.write(settings), UTF_8);
    }
}
