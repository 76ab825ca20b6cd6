package io.meshtransformer.gateway.evaluation;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.EvaluatedDocument;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/** Answers of eval-service without what only the way of a message needs. */
final class EvaluationAnswers {
    private EvaluationAnswers() {}

    @RegisterForReflection
    record Documents(String object, String evaluation, String task, long total, List<EvaluatedDocument> data) {
        static Documents of(AnswerEvent.EvaluationDocuments read) {
            return new Documents("list", read.evaluation(), read.task(), read.total(), read.documents());
        }
    }

    @RegisterForReflection
    record Rebuilding(String evaluation, long records, String kept, String rebuilt, boolean same) {
        static Rebuilding of(AnswerEvent.EvaluationRebuilt rebuilt) {
            return new Rebuilding(
                    rebuilt.evaluation(), rebuilt.records(), rebuilt.kept(), rebuilt.rebuilt(), rebuilt.same());
        }
    }

    @RegisterForReflection
    record Verification(boolean holds, long documents, double largestDifference, List<String> findings) {
        static Verification of(AnswerEvent.ReceiptVerified verified) {
            return new Verification(
                    verified.holds(), verified.documents(), verified.largestDifference(), verified.findings());
        }
    }
}
