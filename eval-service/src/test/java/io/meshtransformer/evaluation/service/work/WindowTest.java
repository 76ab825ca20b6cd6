package io.meshtransformer.evaluation.service.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.contracts.EvaluationProtocol;
import io.meshtransformer.contracts.EvaluationSettings;
import io.meshtransformer.contracts.EvaluationState;
import io.meshtransformer.evaluation.metric.Judgement;
import io.meshtransformer.evaluation.request.ModelAnswer;
import io.meshtransformer.evaluation.request.ModelRequest;
import io.meshtransformer.evaluation.request.PreparedDocument;
import io.meshtransformer.evaluation.service.store.ChunkStore.Claim;
import io.meshtransformer.evaluation.service.store.EvaluationRow;
import io.meshtransformer.evaluation.service.store.IdentityStore.Source;
import io.meshtransformer.evaluation.service.store.PartRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WindowTest {
    private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");
    private static final ModelAnswer ANSWER =
            new ModelAnswer.Scores(List.of(new ModelAnswer.ContinuationScore(-1, true)));

    private final Window window = new Window(3);

    /** @param hashes one list for each document */
    private static OpenChunk chunk(long evaluation, int first, List<List<String>> hashes) {
        var documents = new ArrayList<OpenDocument>();
        for (var i = 0; i < hashes.size(); i++) {
            var requests = hashes.get(i).stream()
                    .<ModelRequest>map(
                            hash -> new ModelRequest.Score("", List.of(hash), new int[] {1}, List.of(new int[] {2})))
                    .toList();
            documents.add(new OpenDocument(
                    new PreparedDocument(first + i, "document", requests, new Judgement.Target()), hashes.get(i)));
        }
        var settings = new EvaluationSettings("stories", List.of("t"), null, null, null, null);
        var row = new EvaluationRow(
                evaluation,
                "e" + evaluation,
                settings,
                null,
                false,
                NOW,
                NOW,
                EvaluationState.RUNNING,
                null,
                null,
                0,
                null,
                "",
                null,
                new EvaluationRow.Progress(null, 0, null));
        var part = new PartRow(evaluation, evaluation, "t", "1", "", "", false, EvaluationProtocol.HARNESS, 0, 100);
        return new OpenChunk(
                row, new Claim(part, first, first + hashes.size()), new Source(1, "one", "two"), documents);
    }

    private List<String> next() {
        return window.next(NOW).stream().map(Window.Question::hash).toList();
    }

    @Test
    void soManyAreSentAndMoreAsAnswersCome() {
        window.add(chunk(1, 0, List.of(List.of("a"), List.of("b"), List.of("c"), List.of("d"))));
        assertThat(window.wantsMore()).isFalse();
        assertThat(next()).containsExactly("a", "b", "c");
        assertThat(next()).isEmpty();
        window.answered(Map.of("b", ANSWER));
        assertThat(next()).containsExactly("d");
        assertThat(window.waiting()).containsExactly("a", "c", "d");
    }

    @Test
    void aRequestThatManyDocumentsMakeIsSentOnceAndAnswersAll() {
        var chunk = chunk(1, 0, List.of(List.of("a", "b"), List.of("b", "b")));
        window.add(chunk);
        assertThat(next()).containsExactly("a", "b");
        window.answered(Map.of("b", ANSWER));
        assertThat(chunk.documents()).extracting(OpenDocument::answered).containsExactly(false, true);
        assertThat(window.answeredChunks()).containsExactly(chunk);
        assertThat(window.judged(chunk, List.of(chunk.documents().get(1)))).isFalse();
        assertThat(window.answeredChunks()).isEmpty();
        window.answered(Map.of("a", ANSWER));
        assertThat(window.judged(chunk, List.copyOf(chunk.documents()))).isTrue();
        assertThat(window.chunksOf()).isEmpty();
    }

    @Test
    void anAnswerThatComesTwiceOrToNobodyChangesNothing() {
        window.add(chunk(1, 0, List.of(List.of("a"))));
        next();
        window.answered(Map.of("a", ANSWER, "x", ANSWER));
        window.answered(Map.of("a", ANSWER));
        assertThat(window.sent()).isZero();
    }

    @Test
    void aRefusedRequestIsSentAgainAfterItsPause() {
        window.add(chunk(1, 0, List.of(List.of("a"))));
        next();
        window.refused(window.question("a"), NOW, Duration.ofSeconds(2));
        assertThat(window.sent()).isZero();
        assertThat(next()).isEmpty();
        assertThat(window.next(NOW.plusSeconds(2)))
                .extracting(Window.Question::hash)
                .containsExactly("a");
        assertThat(window.question("a").refusals()).isEqualTo(1);
    }

    @Test
    void whatIsDroppedIsNotAskedUnlessAnotherWaitsForIt() {
        window.add(chunk(1, 0, List.of(List.of("a"), List.of("b"))));
        window.add(chunk(2, 0, List.of(List.of("b"), List.of("c"))));
        assertThat(next()).containsExactly("a", "b", "c");
        var dropped = window.drop(chunk -> chunk.evaluation().id() == 1);
        assertThat(dropped).hasSize(1);
        assertThat(window.waiting()).containsExactly("b", "c");
        assertThat(window.sent()).isEqualTo(2);
    }
}
