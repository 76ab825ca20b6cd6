package io.meshtransformer.evaluation.service.support;

import io.meshtransformer.contracts.EvaluationDescription.Metric;
import io.meshtransformer.contracts.ServedModel;
import io.meshtransformer.evaluation.metric.Outcomes;
import io.meshtransformer.evaluation.protocol.Protocol;
import io.meshtransformer.evaluation.protocol.ReadingModel;
import io.meshtransformer.evaluation.task.Task;
import io.meshtransformer.evaluation.task.Task.FewShot;
import io.meshtransformer.evaluation.task.TaskLibrary;
import io.meshtransformer.serving.OfferedModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** An evaluation without any service: documents, a model's answers and figures, one after the other. */
public final class Direct {
    private Direct() {}

    public static OfferedModel stories() {
        try {
            return OfferedModel.load(Path.of(System.getProperty("mtj.root"), "models", "stories"), "stories");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Task task(String name) {
        return TaskLibrary.ofShipped().task(name, Optional.empty(), OptionalInt.empty());
    }

    /** What a task comes to under a protocol. */
    public static List<Metric> metrics(Task task, Protocol protocol, int documents, ServedModel served) {
        var model = stories();
        var reading =
                new ReadingModel(model.tokenizer().orElseThrow(), model.config().contextLength(), model.prefixId());
        var outcomes = new Outcomes();
        try (var all = task.prepare(protocol, reading, new FewShot(task.fewShot(), 1234), 0, documents)) {
            all.forEach(document -> outcomes.add(document.judgement()
                    .judge(document.requests().stream()
                            .map(request -> ScriptedModel.answer(served, request))
                            .toList())));
        }
        return task.metrics().stream()
                .map(metric -> {
                    var error = metric.standardError(outcomes);
                    return new Metric(
                            metric.name(),
                            metric.value(outcomes),
                            error.isPresent() ? error.getAsDouble() : null,
                            metric.higherIsBetter());
                })
                .toList();
    }
}
