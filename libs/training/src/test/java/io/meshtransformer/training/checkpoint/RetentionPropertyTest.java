package io.meshtransformer.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.files.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Commits, failures, resumptions and steps back in any order. */
class RetentionPropertyTest {
    /** @param forward steps from the last commit on, or back; @param failsAt reading at which the commit fails, or 0 */
    record Move(int forward, int loss, int failsAt, boolean reopens) {}

    @Provide
    Arbitrary<List<Move>> moves() {
        return Combinators.combine(
                        Arbitraries.frequencyOf(
                                Tuple.of(8, Arbitraries.integers().between(1, 3)),
                                Tuple.of(1, Arbitraries.integers().between(-4, 0))),
                        Arbitraries.integers().between(1, 5),
                        Arbitraries.frequencyOf(
                                Tuple.of(4, Arbitraries.just(0)),
                                Tuple.of(1, Arbitraries.integers().between(1, 40))),
                        Arbitraries.of(true, false, false))
                .as(Move::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(12);
    }

    @Provide
    Arbitrary<RetentionRule> rules() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 3),
                        Arbitraries.longs().between(0, 3),
                        Arbitraries.of(true, false))
                .as(RetentionRule::new);
    }

    @Property(tries = 60)
    void theLastCommittedAndTheBestAreThereWhateverHappens(
            @ForAll("rules") RetentionRule rule, @ForAll("moves") List<Move> moves) throws IOException {
        var folder = Files.createTempDirectory("checkpoints");
        try {
            var lossOfStep = new TreeMap<Long, Integer>();
            var store = CheckpointStore.open(folder, rule, InstantSource.system());
            var last = 0L;
            for (var move : moves) {
                var step = Math.max(1, last + move.forward());
                var info = NumberedState.info(step, move.loss(), List.of());
                if (move.failsAt() > 0) {
                    var failing = new FailingState(NumberedState.of(step), move.failsAt());
                    var open = store;
                    assertThatThrownBy(() -> open.commit(failing, info)).hasMessage("the devices are gone");
                } else {
                    store.commit(NumberedState.of(step), info);
                    last = step;
                    lossOfStep.put(step, move.loss());
                    requireKept(store, rule, last, lossOfStep);
                }
                if (move.reopens()) {
                    store.close();
                    store = CheckpointStore.open(folder, rule, InstantSource.system());
                }
                if (last > 0) {
                    try (var state = store.open(last)) {
                        NumberedState.requireNumbered(state, last);
                    }
                }
            }
            store.close();
        } finally {
            DurableFiles.deleteTree(folder);
        }
    }

    /** What was deleted is forgotten by the model too: it can't be the best any more. */
    private static void requireKept(
            CheckpointStore store, RetentionRule rule, long last, TreeMap<Long, Integer> lossOfStep)
            throws IOException {
        var there = store.list().stream().map(CommittedCheckpoint::step).toList();
        var newest = lossOfStep.headMap(last, true).descendingKeySet().stream()
                .limit(rule.last())
                .toList();
        assertThat(there).contains(last).containsAll(newest);
        if (rule.every() > 0) {
            assertThat(there)
                    .containsAll(lossOfStep.keySet().stream()
                            .filter(step -> step % rule.every() == 0)
                            .toList());
        }
        if (rule.best()) {
            var best = lossOfStep.entrySet().stream()
                    .min(Comparator.comparingInt(Map.Entry<Long, Integer>::getValue))
                    .orElseThrow();
            assertThat(there).contains(best.getKey());
            assertThat(store.catalog().best().orElseThrow().step()).isEqualTo(best.getKey());
        }
        var wanted = newest.size() + (rule.best() ? 1 : 0);
        var beyond = lossOfStep.tailMap(last, false).size();
        var forGood = rule.every() == 0
                ? 0
                : lossOfStep.keySet().stream()
                        .filter(step -> step % rule.every() == 0)
                        .count();
        assertThat((long) there.size()).isLessThanOrEqualTo(wanted + beyond + forGood);
        lossOfStep.keySet().retainAll(there);
    }
}
