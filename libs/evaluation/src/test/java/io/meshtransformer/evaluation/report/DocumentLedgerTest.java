package io.meshtransformer.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.meshtransformer.evaluation.request.ModelAnswer;
import io.meshtransformer.evaluation.request.ModelAnswer.ContinuationScore;
import io.meshtransformer.evaluation.request.ModelAnswer.Scores;
import io.meshtransformer.files.Sha256;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DocumentLedgerTest {
    private static final int NONE = -1;

    @Test
    void theDocumentsThatDifferAreNamed() {
        var then = hashes(2345, NONE);
        assertThat(then.chunks()).extracting(DocumentHashes.Chunk::documents).containsExactly(1000, 1000, 345);
        assertThat(then).isEqualTo(hashes(2345, NONE));
        assertThat(then.differences(hashes(2345, NONE), 5)).isEmpty();
        assertThat(then.differences(hashes(2345, 1234), 5)).containsExactly("document 1234 differs");
        assertThat(then.hash()).isNotEqualTo(hashes(2345, 1234).hash());
    }

    @Test
    void ofVeryManyDocumentsTheChunkIsNamedAndTheHashesStayOfASaneSize() {
        var then = hashes(50_001, NONE);
        assertThat(then.differences(hashes(50_001, 7777), 5))
                .containsExactly("of the documents 7000 to 7999 some differ");
        assertThat(CanonicalJson.bytes(then)).hasSizeLessThan(60_000);
        assertThat(CanonicalJson.bytes(hashes(10_042, NONE))).hasSizeLessThan(140_000);
    }

    @Test
    void theSampleIsTheSameEveryTimeAndOfDifferentDocuments() {
        var sample = hashes(2345, NONE).sample();
        assertThat(sample)
                .hasSize(DocumentLedger.SAMPLE)
                .isEqualTo(hashes(2345, NONE).sample());
        assertThat(sample.stream().map(SampledDocument::index).collect(Collectors.toSet()))
                .hasSize(DocumentLedger.SAMPLE)
                .allMatch(index -> index >= 0 && index < 2345)
                .isNotEqualTo(Set.of());
        assertThat(hashes(7, NONE).sample()).hasSize(7);
    }

    @Test
    void whatDoesNotHoldOfASampledDocumentIsSaid() {
        var then = document("a", List.of("r"), scores(-1.5, -2.5));
        assertThat(then.differences(document("a", List.of("r"), scores(-1.5001, -2.5)), 1e-3))
                .isEmpty();
        assertThat(then.distance(document("a", List.of("r"), scores(-1.5001, -2.5)))
                        .orElseThrow())
                .isCloseTo(1e-4, within(1e-9));
        assertThat(then.differences(document("a", List.of("r"), scores(-1.5, -2.6)), 1e-3))
                .containsExactly(
                        "document 3: the log-probability of continuation 1 was -2.5, and is -2.6; they may be 0.001 apart");
        assertThat(then.differences(document("a", List.of("s"), scores(-1.5, -2.5)), 1e-3))
                .containsExactly("document 3 is asked otherwise: its token ids differ");
        assertThat(then.differences(document("b", List.of("s"), scores(-1.5)), 1e-3))
                .containsExactly("document 3 is another: its fields differ", "document 3 had 2 scores, and has 1");
        var text = document("a", List.of("r"), new ModelAnswer.Text("four"));
        assertThat(text.differences(document("a", List.of("r"), new ModelAnswer.Text("five")), 1e-3))
                .containsExactly("document 3 was answered [four], and is [five]");
    }

    @Test
    void everyDocumentIsAddedOnceAndNoneTwice() {
        var ledger = new DocumentLedger(2);
        ledger.add("a", List.of("r"), List.of(scores(-1)));
        assertThatThrownBy(ledger::finish).hasMessage("1 of 2 documents have been added");
        ledger.add("b", List.of("r"), List.of(scores(-1)));
        assertThatThrownBy(() -> ledger.add("c", List.of("r"), List.of(scores(-1))))
                .hasMessageContaining("all of the 2 documents");
        assertThatThrownBy(() -> document("a", List.of("r", "s"), scores(-1)))
                .hasMessage("document 3 has 2 requests and 1 answers");
    }

    /** Of so many documents, one of which was answered otherwise. */
    private static DocumentHashes hashes(int documents, int other) {
        var ledger = new DocumentLedger(documents);
        for (var i = 0; i < documents; i++) {
            var name = Sha256.of(new byte[] {(byte) i, (byte) (i >> 8), (byte) (i >> 16)});
            ledger.add(name, List.of(name), List.of(scores(i == other ? -1 : -2, -i, -0.5 * i, -0.25)));
        }
        return ledger.finish();
    }

    private static SampledDocument document(String name, List<String> requests, ModelAnswer answer) {
        return SampledDocument.of(3, name, requests, List.of(answer));
    }

    private static ModelAnswer scores(double... logprobs) {
        return new Scores(Arrays.stream(logprobs)
                .mapToObj(logprob -> new ContinuationScore(logprob, false))
                .toList());
    }
}
