package io.meshtransformer.evaluation.service.inspect;

import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.evaluation.protocol.ReadingModel;
import io.meshtransformer.evaluation.request.PreparedDocument;
import io.meshtransformer.evaluation.service.control.Refusal;
import io.meshtransformer.evaluation.service.store.EvaluationRow;
import io.meshtransformer.evaluation.service.store.PartRow;
import io.meshtransformer.evaluation.service.work.Models;
import io.meshtransformer.evaluation.service.work.Preparer;
import io.meshtransformer.evaluation.service.work.Tasks;
import io.meshtransformer.evaluation.task.Task;
import io.meshtransformer.evaluation.task.Task.FewShot;
import io.meshtransformer.evaluation.task.TaskException;
import io.meshtransformer.serving.OfferedModel;
import jakarta.inject.Singleton;
import java.util.Optional;

/** What a document of an evaluation asked, made of the task's data again. */
@Singleton
final class Texts {
    private final Tasks tasks;
    private final Models models;

    Texts(Tasks tasks, Models models) {
        this.tasks = tasks;
        this.models = models;
    }

    /** @throws Refusal if it is not there any more, or another one */
    Task task(PartRow part) {
        Task task;
        try {
            task = tasks.named(part.task());
        } catch (TaskException e) {
            throw new Refusal(FailureCode.TASK_DATA_UNAVAILABLE, e.getMessage(), "task");
        }
        if (!task.hash().equals(part.taskHash()) || !task.dataHash().equals(part.dataHash())) {
            throw new Refusal(
                    FailureCode.TASK_DATA_UNAVAILABLE,
                    "the task '" + part.task()
                            + "' or its documents changed since the evaluation, and what was asked can't"
                            + " be told any more",
                    "task");
        }
        return task;
    }

    /** @throws Refusal if what its model reads with is not here any more */
    ReadingModel reading(EvaluationRow evaluation) {
        var model = model(evaluation.settings().model());
        if (!model.tokenizerHash().equals(Optional.of(evaluation.tokenizerHash()))) {
            throw new Refusal(
                    FailureCode.MODEL_CHANGED,
                    "'" + model.name() + "' has another tokenizer by now, and what it was asked can't be told any more",
                    "evaluation");
        }
        return new ReadingModel(
                model.tokenizer().orElseThrow(), evaluation.served().contextLength(), model.prefixId());
    }

    PreparedDocument prepare(EvaluationRow evaluation, PartRow part, Task task, ReadingModel reading, int index) {
        var fewShot = new FewShot(part.fewShot(), evaluation.settings().fewShotSeed());
        try (var one = task.prepare(Preparer.protocol(part.protocol()), reading, fewShot, index, index + 1)) {
            return one.findFirst().orElseThrow();
        } catch (TaskException e) {
            throw new Refusal(FailureCode.TASK_DATA_UNAVAILABLE, e.getMessage(), "task");
        }
    }

    /** @throws Refusal if it is not served, or reads no texts */
    OfferedModel model(String name) {
        return models.named(name)
                .filter(model -> model.tokenizer().isPresent())
                .orElseThrow(() -> new Refusal(
                        FailureCode.MODEL_NOT_FOUND,
                        "the model '%s' is not served here, and its tokenizer is needed to tell what it was asked; served: %s"
                                .formatted(name, String.join(", ", models.names())),
                        "model"));
    }
}
