package io.meshtransformer.evaluation.service.results;

import io.meshtransformer.contracts.EvaluationDescription.Metric;
import io.meshtransformer.evaluation.metric.MetricDefinition;
import io.meshtransformer.evaluation.metric.Outcomes;
import io.meshtransformer.evaluation.report.DocumentLedger;
import io.meshtransformer.evaluation.report.Results;
import io.meshtransformer.evaluation.request.ModelAnswer;
import io.meshtransformer.evaluation.service.store.Database;
import io.meshtransformer.evaluation.service.store.DocumentStore;
import io.meshtransformer.evaluation.service.store.JudgedDocument;
import io.meshtransformer.evaluation.service.store.PartRow;
import io.meshtransformer.evaluation.service.work.Tasks;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Results of judged documents and of what was answered to them, wherever that comes from. Memory is flat but for 8 bytes a figure. */
@Singleton
public final class Computation {
    private static final int AT_ONCE = 500;

    private final Database database;
    private final DocumentStore documents;
    private final Tasks tasks;

    Computation(Database database, DocumentStore documents, Tasks tasks) {
        this.database = database;
        this.documents = documents;
        this.tasks = tasks;
    }

    /** What was answered. */
    @FunctionalInterface
    public interface Answers {
        /** To these, by the requests' hashes. */
        Map<String, ModelAnswer> to(Collection<String> hashes);
    }

    /**
     * @param parts of an evaluation, all of whose documents are judged
     * @throws IncompleteException if a document or an answer is missing, a document counts another thing than its answers
     *     say, or a task is another by now
     */
    public Results of(List<PartRow> parts, Answers answers) {
        return new Results(parts.stream().map(part -> of(part, answers)).toList());
    }

    private Results.TaskResults of(PartRow part, Answers answers) {
        var task = tasks.named(part.task());
        if (!task.hash().equals(part.taskHash())) {
            throw new IncompleteException(
                    "the task '" + part.task() + "' is another than when the evaluation began: its hash was "
                            + part.taskHash() + " and is " + task.hash());
        }
        var ledger = new DocumentLedger(part.documents());
        var outcomes = new Outcomes();
        for (var from = 0; from < part.documents(); from = outcomes.size()) {
            var first = from;
            var some = database.read(connection -> documents.from(connection, part.id(), first, AT_ONCE));
            var found = answers.to(some.stream()
                    .flatMap(document -> document.requests().stream())
                    .toList());
            for (var document : some) {
                require(document.index() == outcomes.size(), part, outcomes.size(), "is not judged");
                var given = given(part, document, found);
                var outcome = document.judgement().judge(given);
                require(
                        outcome.equals(document.outcome()),
                        part,
                        document.index(),
                        "counts " + document.outcome().values() + ", and by its answers " + outcome.values());
                outcomes.add(outcome);
                ledger.add(document.hash(), document.requests(), given);
            }
            require(!some.isEmpty(), part, outcomes.size(), "is not judged");
        }
        return new Results.TaskResults(
                part.task(),
                part.version(),
                part.taskHash(),
                part.dataHash(),
                part.excerpt(),
                part.protocol(),
                part.fewShot(),
                outcomes.size(),
                task.metrics().stream().map(metric -> figure(metric, outcomes)).toList(),
                ledger.finish());
    }

    private static List<ModelAnswer> given(PartRow part, JudgedDocument document, Map<String, ModelAnswer> found) {
        var given = new ArrayList<ModelAnswer>();
        for (var hash : document.requests()) {
            var answer = found.get(hash);
            require(answer != null, part, document.index(), "has no answer to its request " + hash);
            given.add(answer);
        }
        return given;
    }

    private static Metric figure(MetricDefinition metric, Outcomes outcomes) {
        var error = metric.standardError(outcomes);
        return new Metric(
                metric.name(),
                // JSON has no number beyond all numbers.
                Math.min(metric.value(outcomes), Double.MAX_VALUE),
                error.isPresent() ? error.getAsDouble() : null,
                metric.higherIsBetter());
    }

    private static void require(boolean holds, PartRow part, int index, String what) {
        if (!holds) {
            throw new IncompleteException("document " + index + " of '" + part.task() + "' under "
                    + part.protocol().label() + " " + what);
        }
    }

    /** There is no telling what the evaluation comes to; the message says what is missing. */
    public static final class IncompleteException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        IncompleteException(String message) {
            super(message);
        }
    }
}
