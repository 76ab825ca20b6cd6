package io.meshtransformer.evaluation.service.survival;

import static io.meshtransformer.contracts.EvaluationProtocol.HARNESS;
import static io.meshtransformer.contracts.EvaluationProtocol.MTJ_2021;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.EvaluationCommand;
import io.meshtransformer.contracts.EvaluationDescription;
import io.meshtransformer.contracts.EvaluationSettings;
import io.meshtransformer.contracts.EvaluationState;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.evaluation.service.support.Commander;
import io.meshtransformer.testkit.TopicReader;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An evaluation during which every process is killed, two at a time, at random points: seed and points are printed, and
 * {@code -Dmtj.kill.seed} gives the same again.
 */
class EvaluationSurvivesIT {
    private static final EvaluationSettings SETTINGS = new EvaluationSettings(
            "stories",
            List.of("lambada_openai", "piqa", "arc_easy", "winogrande"),
            List.of(HARNESS, MTJ_2021),
            null,
            null,
            null);
    /** 50 of each task under each protocol. */
    private static final int DOCUMENTS = 400;

    private static final String NAME = "whole";

    private static final int ROUNDS = 5;
    private static final int KILLS_PER_ROUND = 2;

    /** So little at once that an evaluation takes long enough to be disturbed, and leases end within the test. */
    private static final Map<String, String> SLOW = Map.of(
            "MTJ_EVALUATION_IN_FLIGHT", "4",
            "MTJ_EVALUATION_CHUNK", "8",
            "MTJ_EVALUATION_LEASE", "5s",
            "MTJ_EVALUATION_MODEL_PATIENCE", "5s");

    @TempDir
    Path folder;

    /** @param requests that have a result */
    private record Came(EvaluationDescription evaluation, String resultsHash, long requests) {
        static Came to(KillableSuite suite, Commander commander) throws SQLException {
            return new Came(
                    commander.await(NAME, EvaluationState.FINISHED),
                    same(rebuilt(commander)).kept(),
                    suite.count("select count(*) from evaluation.result"));
        }

        /** But for the time when it was made, and its own hash with that. */
        ObjectNode receipt() {
            var receipt = evaluation.receipt().toTree();
            receipt.remove(List.of("finished", "hash"));
            return receipt;
        }
    }

    @Test
    void anEvaluationComesToTheSameWhateverDies() throws Exception {
        long seed = Long.getLong("mtj.kill.seed", System.nanoTime());
        System.out.printf("%tT seed %d%n", new Date(), seed);
        var unbroken = unbroken();

        try (var suite = KillableSuite.withTwoEvaluationServices(folder.resolve("broken"), SLOW);
                var results = suite.broker().read(Topics.EVALUATION_RESULTS.name());
                var commander = new Commander(suite.broker())) {
            commander.evaluate(NAME, SETTINGS);
            killAll(suite, results, (int) unbroken.requests(), new Random(seed));
            var broken = Came.to(suite, commander);

            assertThat(broken.resultsHash()).isEqualTo(unbroken.resultsHash());
            assertThat(broken.receipt()).isEqualTo(unbroken.receipt());
            assertThat(broken.evaluation().results())
                    .isEqualTo(unbroken.evaluation().results());
            assertThat(broken.requests()).isEqualTo(unbroken.requests());
            assertThat(broken.evaluation().asked() + broken.evaluation().reused())
                    .isEqualTo(unbroken.evaluation().asked()
                            + unbroken.evaluation().reused());
            nothingIsLostOrCountedTwice(suite, broken.evaluation());
            aSecondOneAsksNothing(suite, commander, broken);
            whatIsAlteredShows(suite, commander);
        }
    }

    private Came unbroken() throws Exception {
        try (var suite = KillableSuite.withOneEvaluationService(folder.resolve("unbroken"), Map.of());
                var commander = new Commander(suite.broker())) {
            commander.evaluate(NAME, SETTINGS);
            var came = Came.to(suite, commander);
            contextsAreReadOnce(suite);
            return came;
        }
    }

    /** Every token that must be read is, and none twice: of a request its context and all of each continuation but the last. */
    private static void contextsAreReadOnce(KillableSuite suite) throws Exception {
        var needed = TokensNeeded.by(SETTINGS);
        assertThat(suite.ofTheModel("mtj_prompt_tokens_total")).isEqualTo(needed.shared());
        assertThat(needed.shared()).isLessThan(needed.alone());
        System.out.printf(
                "%d tokens were read, %d would be where each continuation has its context read anew%n",
                needed.shared(), needed.alone());
    }

    /** @param requests that are answered in all */
    private static void killAll(KillableSuite suite, TopicReader results, int requests, Random random)
            throws Exception {
        var deck = new ArrayList<KillableSuite.Part>();
        while (deck.size() < ROUNDS * KILLS_PER_ROUND) {
            // All as often, and the rest as it comes.
            var all = new ArrayList<>(List.of(KillableSuite.Part.values()));
            Collections.shuffle(all, random);
            deck.addAll(all);
        }
        var victims = new ArrayList<>(deck.subList(0, ROUNDS * KILLS_PER_ROUND));
        Collections.shuffle(victims, random);
        var points = random.ints(ROUNDS, 0, requests + 1).sorted().toArray();
        var answered = new HashSet<String>();
        for (var round = 0; round < ROUNDS; round++) {
            var point = points[round];
            if (answered.size() < point) {
                results.until(
                        record -> answered.add(record.key()) && answered.size() == point,
                        point + " of " + requests + " answers, after " + round + " rounds of kills");
            }
            for (var victim : victims.subList(round * KILLS_PER_ROUND, (round + 1) * KILLS_PER_ROUND)) {
                suite.kill(victim);
                System.out.printf(
                        "%tT %s killed after %d of %d answers%n", new Date(), victim, answered.size(), requests);
            }
        }
    }

    private static void nothingIsLostOrCountedTwice(KillableSuite suite, EvaluationDescription evaluation)
            throws SQLException {
        assertThat(evaluation.documents()).isEqualTo(DOCUMENTS);
        assertThat(evaluation.done()).isEqualTo(DOCUMENTS);
        assertThat(suite.count("select count(*) from evaluation.document")).isEqualTo(DOCUMENTS);
        assertThat(suite.count("select sum(done) from evaluation.chunk")).isEqualTo(DOCUMENTS);
    }

    private static void aSecondOneAsksNothing(KillableSuite suite, Commander commander, Came first) throws Exception {
        var before = suite.ofTheModel("mtj_prompt_tokens_total");
        commander.evaluate("again", SETTINGS);
        var again = commander.await("again", EvaluationState.FINISHED);

        assertThat(again.asked()).isZero();
        assertThat(again.reused()).isGreaterThanOrEqualTo(first.requests());
        assertThat(again.results()).isEqualTo(first.evaluation().results());
        assertThat(suite.ofTheModel("mtj_prompt_tokens_total")).isEqualTo(before);
    }

    /** Each is put right again afterwards. */
    private static void whatIsAlteredShows(KillableSuite suite, Commander commander) throws SQLException {
        var anAnswer = "hash = (select min(hash::text)::bytea from evaluation.result)";
        suite.change("update evaluation.result set logprobs[1] = logprobs[1] - 1 where " + anAnswer);
        assertThat(rebuilt(commander)).isInstanceOfSatisfying(AnswerEvent.EvaluationRebuilt.class, rebuilt -> {
            assertThat(rebuilt.same()).isFalse();
            assertThat(rebuilt.kept()).isNotEqualTo(rebuilt.rebuilt());
        });
        suite.change("update evaluation.result set logprobs[1] = logprobs[1] + 1 where " + anAnswer);

        var theFirst = "name = '" + NAME + "'";
        suite.change("update evaluation.evaluation set results = replace(results, 'piqa', 'pika') where " + theFirst);
        assertThat(rebuilt(commander))
                .isInstanceOfSatisfying(AnswerEvent.EvaluationRebuilt.class, rebuilt -> assertThat(rebuilt.same())
                        .isFalse());
        suite.change("update evaluation.evaluation set results = replace(results, 'pika', 'piqa') where " + theFirst);

        var aDocument = "index = 17 and part = (select min(id) from evaluation.part where task = 'piqa')";
        suite.change("update evaluation.document set outcome[1] = 1 - outcome[1] where " + aDocument);
        assertThat(rebuilt(commander))
                .isInstanceOfSatisfying(AnswerEvent.Failed.class, failed -> assertThat(failed.message())
                        .contains("document 17 of 'piqa' under harness counts"));
        suite.change("update evaluation.document set outcome[1] = 1 - outcome[1] where " + aDocument);

        same(rebuilt(commander));
        suite.change("delete from evaluation.document where " + aDocument);
        assertThat(rebuilt(commander))
                .isInstanceOfSatisfying(AnswerEvent.Failed.class, failed -> assertThat(failed.message())
                        .contains("document 17 of 'piqa' under harness is not judged"));
    }

    private static AnswerEvent rebuilt(Commander commander) {
        return commander.ask(id -> new EvaluationCommand.Rebuild(id, NAME));
    }

    private static AnswerEvent.EvaluationRebuilt same(AnswerEvent answer) {
        assertThat(answer).isInstanceOf(AnswerEvent.EvaluationRebuilt.class);
        var rebuilt = (AnswerEvent.EvaluationRebuilt) answer;
        assertThat(rebuilt.same()).isTrue();
        assertThat(rebuilt.rebuilt()).isEqualTo(rebuilt.kept());
        return rebuilt;
    }
}
