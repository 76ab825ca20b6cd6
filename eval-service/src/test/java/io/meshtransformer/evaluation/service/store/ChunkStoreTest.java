package io.meshtransformer.evaluation.service.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.contracts.EvaluationProtocol;
import io.meshtransformer.contracts.EvaluationResult;
import io.meshtransformer.contracts.EvaluationSettings;
import io.meshtransformer.contracts.ServedModel;
import io.meshtransformer.evaluation.metric.Judgement;
import io.meshtransformer.evaluation.metric.Outcome;
import io.meshtransformer.evaluation.metric.Quantity;
import io.meshtransformer.evaluation.request.ModelAnswer;
import io.meshtransformer.evaluation.service.evaluation.Evaluation;
import io.meshtransformer.evaluation.service.evaluation.State;
import io.meshtransformer.evaluation.service.support.ScriptedModel;
import io.meshtransformer.files.Sha256;
import io.meshtransformer.testkit.SuiteResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Rows in a real database. */
@QuarkusTest
@WithTestResource(value = SuiteResource.class, initArgs = @ResourceArg(name = SuiteResource.DATABASE, value = "true"))
class ChunkStoreTest {
    private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");
    private static final Duration LEASE = Duration.ofMinutes(1);
    private static final Duration OVER = Duration.ofMinutes(-1);

    @Inject
    Database database;

    @Inject
    EvaluationStore evaluations;

    @Inject
    PartStore parts;

    @Inject
    ChunkStore chunks;

    @Inject
    DocumentStore documents;

    @Inject
    ResultStore results;

    /** Of 100 documents in chunks of 40; paused, so that nobody else works on it. */
    private long paused() {
        return database.read(connection -> {
            var settings = new EvaluationSettings("nowhere", List.of("t"), null, null, null, null);
            var row = evaluations.add(connection, "store-" + UUID.randomUUID(), settings, null, false, NOW);
            var part = new PartRow(0, row.id(), "t", "1", "", "", false, EvaluationProtocol.HARNESS, 0, 100);
            parts.add(connection, List.of(part), 40);
            evaluations.set(connection, row.id(), evaluation(row.id(), new State.Paused()));
            return row.id();
        });
    }

    private Optional<ChunkStore.Claim> claim(long evaluation, String owner, Duration lease) {
        return database.read(connection -> {
            // What is rolled back never ran for anybody else.
            evaluations.set(connection, evaluation, evaluation(evaluation, new State.Running()));
            var claimed = chunks.claim(connection, evaluation, owner, lease);
            evaluations.set(connection, evaluation, evaluation(evaluation, new State.Paused()));
            return claimed;
        });
    }

    private static Evaluation evaluation(long id, State state) {
        return new Evaluation(id, "", state, "nowhere", null, null, false, 0);
    }

    @Test
    void aChunkIsOneOwnersUntilItsLeaseIsOverOrItIsReleased() {
        var evaluation = paused();
        assertThat(claim(evaluation, "one", LEASE)).hasValueSatisfying(first -> {
            assertThat(first.first()).isZero();
            assertThat(first.last()).isEqualTo(40);
        });
        assertThat(claim(evaluation, "two", OVER).orElseThrow().first()).isEqualTo(40);
        assertThat(claim(evaluation, "three", LEASE).orElseThrow().first()).isEqualTo(40);
        var last = claim(evaluation, "two", LEASE).orElseThrow();
        assertThat(last.first()).isEqualTo(80);
        assertThat(last.last()).isEqualTo(100);
        assertThat(claim(evaluation, "four", LEASE)).isEmpty();

        database.change(connection -> chunks.release(connection, List.of(last.key()), "four"));
        assertThat(claim(evaluation, "four", LEASE)).isEmpty();
        database.change(connection -> chunks.release(connection, List.of(last.key()), "two"));
        assertThat(claim(evaluation, "four", LEASE)).hasValue(last);
        database.change(connection -> chunks.renew(connection, Set.of(last.key()), "four", OVER));
        assertThat(claim(evaluation, "five", LEASE)).hasValue(last);
    }

    @Test
    void requestsOfAChunkCountOnceHoweverOftenTheyAreMade() {
        var evaluation = paused();
        var claim = claim(evaluation, "one", LEASE).orElseThrow();
        boolean first = database.read(connection -> chunks.prepared(connection, claim.key(), 10, 30));
        // Cut off, and begun again by another, who finds 25 of them answered.
        boolean second = database.read(connection -> chunks.prepared(connection, claim.key(), 25, 5));

        assertThat(first).isTrue();
        assertThat(second).isFalse();
        var standings = database.read(connection -> parts.standings(connection, evaluation));
        assertThat(standings).extracting(PartStore.Standing::reused).containsExactly(10L);
        assertThat(standings).extracting(PartStore.Standing::asked).containsExactly(30L);
    }

    @Test
    void aDocumentCountsOnceWhoeverJudgesIt() {
        var evaluation = paused();
        var claim = claim(evaluation, "one", LEASE).orElseThrow();
        var part = claim.part().id();
        assertThat(judged(claim, document(0), document(1))).isEqualTo(2);
        assertThat(judged(claim, document(1), document(2))).isEqualTo(1);
        database.change(connection -> {
            var standing = parts.standings(connection, evaluation).getFirst();
            assertThat(standing.done()).isEqualTo(3);
            assertThat(documents.indices(connection, part, 1, 40)).containsExactlyInAnyOrder(1, 2);
            assertThat(documents.from(connection, part, 1, 10)).containsExactly(document(1), document(2));
            assertThat(documents.outcomes(connection, part, 0, 2))
                    .containsExactly(document(0).outcome(), document(1).outcome());
            assertThat(chunks.complete(connection, evaluation)).isFalse();
        });
    }

    private int judged(ChunkStore.Claim claim, JudgedDocument... judged) {
        return database.read(connection -> {
            var added = documents.add(connection, claim.part().id(), List.of(judged));
            chunks.judged(connection, claim.key(), added);
            return added;
        });
    }

    private static JudgedDocument document(int index) {
        var hashes = List.of(hash("request " + index), hash("another " + index));
        return new JudgedDocument(
                index,
                hash("document " + index),
                hashes,
                new Judgement.Target(),
                new Outcome(Map.of(Quantity.ACC, index % 2.0, Quantity.LOGPROB, -0.1 * index)));
    }

    private static String hash(String text) {
        return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void ofTwoResultsOfOneRequestTheFirstHoldsAndOffsetsOnlyGrow() {
        var scores = hash("scores " + UUID.randomUUID());
        var text = hash("text " + UUID.randomUUID());
        database.change(connection -> {
            results.add(
                    connection,
                    List.of(result(scores, List.of(-1.5, -2.5), null), result(scores, List.of(-9.0, -9.0), null)));
            results.add(connection, List.of(result(scores, List.of(-7.0, -7.0), null), result(text, null, "so on")));
            assertThat(results.find(connection, List.of(scores, text, hash("nobody asked"))))
                    .containsOnly(
                            Map.entry(text, new ModelAnswer.Text("so on")),
                            Map.entry(
                                    scores,
                                    new ModelAnswer.Scores(List.of(
                                            new ModelAnswer.ContinuationScore(-1.5, true),
                                            new ModelAnswer.ContinuationScore(-2.5, false)))));
            results.taken(connection, Map.of(98, 3L, 99, 7L));
            results.taken(connection, Map.of(99, 5L));
            assertThat(results.offsets(connection)).containsEntry(99, 7L);
        });
    }

    private static EvaluationResult result(String hash, List<Double> logprobs, String text) {
        var scores = new ArrayList<EvaluationResult.Score>();
        if (logprobs != null) {
            logprobs.forEach(logprob -> scores.add(new EvaluationResult.Score(logprob, scores.isEmpty())));
        }
        return new EvaluationResult(hash, "identity", "tokenizer", logprobs == null ? null : scores, text, NOW);
    }

    @Test
    void documentsAreTakenWhileTheEvaluationRunsAndTheSameAnswers() {
        var evaluation = paused();
        ServedModel served = ScriptedModel.stories("one");
        database.change(connection -> {
            assertThat(evaluations.takes(connection, evaluation, served.identity()))
                    .isFalse();
            evaluations.served(connection, evaluation, served, "tokenizer", NOW);
            evaluations.set(connection, evaluation, evaluation(evaluation, new State.Running()));
            assertThat(evaluations.takes(connection, evaluation, served.identity()))
                    .isTrue();
            assertThat(evaluations.takes(connection, evaluation, "another")).isFalse();
            evaluations.set(connection, evaluation, evaluation(evaluation, new State.Cancelled(NOW)));
            assertThat(evaluations.takes(connection, evaluation, served.identity()))
                    .isFalse();
        });
    }
}
