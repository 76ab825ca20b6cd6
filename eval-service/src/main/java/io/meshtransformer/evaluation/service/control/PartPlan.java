package io.meshtransformer.evaluation.service.control;

import io.meshtransformer.contracts.EvaluationProtocol;
import io.meshtransformer.contracts.EvaluationSettings;
import io.meshtransformer.evaluation.service.store.PartRow;
import io.meshtransformer.evaluation.task.Task;

/** A part of an evaluation that is to be. @param documents of the task, the first so many */
public record PartPlan(Task task, EvaluationProtocol protocol, int fewShot, int documents) {
    /** @throws io.meshtransformer.evaluation.task.TaskException if it has not as many examples as are wanted */
    static PartPlan of(Task task, EvaluationProtocol protocol, EvaluationSettings settings) {
        int documents = settings.limit() == null ? task.documents() : Math.min(settings.limit(), task.documents());
        int fewShot = settings.fewShot() == null ? task.fewShot() : settings.fewShot();
        task.requireExamples(new Task.FewShot(fewShot, settings.fewShotSeed()));
        return new PartPlan(task, protocol, fewShot, documents);
    }

    PartRow row(long evaluation) {
        return new PartRow(
                0,
                evaluation,
                task.name(),
                task.version(),
                task.hash(),
                task.dataHash(),
                task.excerpt(),
                protocol,
                fewShot,
                documents);
    }
}
