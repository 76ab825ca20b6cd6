package io.meshtransformer.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshtransformer.contracts.EvaluationDescription.Metric;
import io.meshtransformer.contracts.EvaluationProtocol;
import io.meshtransformer.contracts.EvaluationSettings;
import io.meshtransformer.contracts.JsonObject;
import io.meshtransformer.contracts.ServedModel;
import io.meshtransformer.evaluation.request.ModelAnswer.ContinuationScore;
import io.meshtransformer.evaluation.request.ModelAnswer.Scores;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReceiptTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void whatWasSealedIsReadBack() {
        var receipt = receipt(0.25);
        assertThat(Receipt.open(receipt.seal())).isEqualTo(receipt);
        assertThat(receipt.seal().text("hash")).hasSize(64);
        assertThat(receipt.resultsHash()).isEqualTo(receipt.results().hash());
    }

    @Test
    void aReceiptThatIsPrintedOtherwiseIsTheSame() throws Exception {
        var receipt = receipt(3);
        var printed = receipt.seal().toTree().toPrettyString().replace("3.0", "3");
        assertThat(Receipt.open(JsonObject.of((ObjectNode) JSON.readTree(printed))))
                .isEqualTo(receipt);
    }

    @Test
    void aPerplexityBeyondAllNumbersCanBeReceipted() {
        var receipt = receipt(Double.POSITIVE_INFINITY);
        assertThat(Receipt.open(receipt.seal())).isEqualTo(receipt);
    }

    @Test
    void sameResultsAreTheSameBytes() {
        assertThat(receipt(0.25).results().bytes())
                .isEqualTo(receipt(0.25).results().bytes());
        assertThat(receipt(0.25).results().hash())
                .isNotEqualTo(receipt(Math.nextUp(0.25)).results().hash());
    }

    @Test
    void aChangedFigureIsFound() {
        assertThatThrownBy(() -> Receipt.open(
                        changed(fields -> ((ObjectNode) fields.at("/results/tasks/0/metrics/0")).put("value", 0.9))))
                .isInstanceOf(ReceiptException.Altered.class)
                .hasMessageContaining("altered")
                .hasMessageContaining("its content's is");
    }

    @Test
    void aFigureThatIsChangedWithTheReceiptsHashIsFoundByTheResults() {
        var fields = changed(tree -> ((ObjectNode) tree.at("/results/tasks/0/metrics/0")).put("value", 0.9))
                .toTree();
        fields.remove("hash");
        fields.put("hash", CanonicalJson.hash(fields));
        assertThatThrownBy(() -> Receipt.open(JsonObject.of(fields)))
                .isInstanceOf(ReceiptException.Altered.class)
                .hasMessageContaining("resultsHash");
    }

    @ParameterizedTest
    @ValueSource(strings = {"evaluation", "model", "tokenizerHash", "settings", "results", "version", "finished"})
    void aMissingFieldIsNamed(String field) {
        var fields = changed(tree -> tree.remove(field)).toTree();
        fields.remove("hash");
        fields.put("hash", CanonicalJson.hash(fields));
        assertThatThrownBy(() -> Receipt.open(JsonObject.of(fields)))
                .isInstanceOf(ReceiptException.Malformed.class)
                .hasMessageContaining("'" + field + "' is missing");
    }

    @Test
    void somethingElseIsNoReceipt() {
        assertThatThrownBy(() -> Receipt.open(changed(tree -> tree.put("format", "receipt-9"))))
                .isInstanceOf(ReceiptException.Malformed.class)
                .hasMessage(
                        "not a receipt that can be read: 'format' is \"receipt-9\", it must be \"mtj-evaluation-receipt-1\"");
        assertThatThrownBy(() -> Receipt.open(changed(tree -> tree.put("hash", "abc"))))
                .isInstanceOf(ReceiptException.Malformed.class)
                .hasMessage("'hash' is \"abc\", it must be 64 hexadecimal digits");
    }

    private static JsonObject changed(Consumer<ObjectNode> change) {
        var fields = receipt(0.25).seal().toTree();
        change.accept(fields);
        return JsonObject.of(fields);
    }

    private static Receipt receipt(double value) {
        var hash = "0123456789abcdef".repeat(4);
        var ledger = new DocumentLedger(1);
        ledger.add(hash, List.of(hash), List.of(new Scores(List.of(new ContinuationScore(-1.25, true)))));
        var task = new Results.TaskResults(
                "piqa",
                "1",
                hash,
                hash,
                true,
                EvaluationProtocol.HARNESS,
                0,
                1,
                List.of(new Metric("acc", value, null, true)),
                ledger.finish());
        return new Receipt(
                "nightly",
                "tiny",
                300L,
                new ServedModel("stories", hash, hash, "vector", "fp32", "0.1.0", 256, 4096),
                hash,
                new EvaluationSettings("stories", List.of("piqa"), null, 1, null, null),
                new Results(List.of(task)),
                "0.1.0",
                Instant.parse("2026-11-27T20:00:00Z"));
    }
}
