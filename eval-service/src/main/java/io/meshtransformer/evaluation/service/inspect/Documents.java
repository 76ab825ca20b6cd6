package io.meshtransformer.evaluation.service.inspect;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.EvaluatedDocument;
import io.meshtransformer.contracts.EvaluationCommand.ReadDocuments;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.evaluation.metric.Quantity;
import io.meshtransformer.evaluation.protocol.ReadingModel;
import io.meshtransformer.evaluation.service.control.Inquiries;
import io.meshtransformer.evaluation.service.control.Refusal;
import io.meshtransformer.evaluation.service.store.Database;
import io.meshtransformer.evaluation.service.store.DocumentStore;
import io.meshtransformer.evaluation.service.store.EvaluationRow;
import io.meshtransformer.evaluation.service.store.JudgedDocument;
import io.meshtransformer.evaluation.service.store.PartRow;
import io.meshtransformer.evaluation.service.store.PartStore;
import io.meshtransformer.evaluation.service.store.ResultStore;
import io.meshtransformer.evaluation.task.Task;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** Documents as a model was asked them: texts come from the task's data again, answers by the requests' hashes. */
@Singleton
public final class Documents {
    private static final Set<Quantity> RIGHT =
            EnumSet.of(Quantity.ACC, Quantity.ACC_NORM, Quantity.ACC_BYTES, Quantity.EXACT_MATCH);

    private final Database database;
    private final PartStore parts;
    private final DocumentStore documents;
    private final ResultStore results;
    private final Inquiries inquiries;
    private final Texts texts;

    Documents(
            Database database,
            PartStore parts,
            DocumentStore documents,
            ResultStore results,
            Inquiries inquiries,
            Texts texts) {
        this.database = database;
        this.parts = parts;
        this.documents = documents;
        this.results = results;
        this.inquiries = inquiries;
        this.texts = texts;
    }

    public AnswerEvent read(ReadDocuments command) {
        var evaluation = inquiries.required(command.evaluation());
        var ofTask = database.read(connection -> parts.of(connection, evaluation.id())).stream()
                .filter(part -> part.task().equals(command.task()))
                .toList();
        if (ofTask.isEmpty()) {
            throw new Refusal(
                    FailureCode.TASK_NOT_FOUND,
                    "evaluation '" + evaluation.name() + "' has no task '" + command.task() + "', it has "
                            + String.join(", ", evaluation.settings().tasks()),
                    "task");
        }
        var ids = ofTask.stream().map(PartRow::id).toList();
        var task = texts.task(ofTask.getFirst());
        var found = database.read(connection -> command.differing()
                ? documents.differing(connection, ids, right(task), command.from(), command.limit())
                : documents.judged(connection, ids, command.from(), command.limit()));
        return new AnswerEvent.EvaluationDocuments(
                command.requestId(),
                evaluation.name(),
                command.task(),
                found.total(),
                found.indices().isEmpty() ? List.of() : documents(evaluation, ofTask, task, found.indices()));
    }

    /** What the task's metrics count as right or wrong: log-probabilities differ nearly always. */
    private static Set<Quantity> right(Task task) {
        var right = EnumSet.noneOf(Quantity.class);
        for (var metric : task.metrics()) {
            RIGHT.stream()
                    .filter(quantity -> quantity.name().equalsIgnoreCase(metric.name()))
                    .forEach(right::add);
        }
        return right;
    }

    private List<EvaluatedDocument> documents(
            EvaluationRow evaluation, List<PartRow> ofTask, Task task, List<Integer> indices) {
        var reading = texts.reading(evaluation);
        var all = new TreeMap<Integer, List<Seen>>();
        for (var part : ofTask) {
            for (var judged : database.read(connection -> documents.read(connection, part.id(), indices))) {
                all.computeIfAbsent(judged.index(), _ -> new ArrayList<>())
                        .add(seen(evaluation, part, task, reading, judged));
            }
        }
        return all.values().stream().map(views -> Seen.document(views, reading)).toList();
    }

    private Seen seen(EvaluationRow evaluation, PartRow part, Task task, ReadingModel reading, JudgedDocument judged) {
        var prepared = texts.prepare(evaluation, part, task, reading, judged.index());
        var found = database.read(connection -> results.find(connection, judged.requests()));
        var answers = judged.requests().stream().map(found::get).toList();
        return new Seen(part.protocol(), task, prepared, judged, answers);
    }
}
