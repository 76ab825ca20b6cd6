package io.meshtransformer.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.gptj.Checkpoint;
import io.meshtransformer.gptj.engine.Chunk;
import io.meshtransformer.gptj.engine.EngineCapacityException;
import io.meshtransformer.gptj.engine.LoadProgress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** KV memory is counted to the block: never leaked, never exceeded, and a step that asks for too much changes nothing. */
class KvAccountingTest {
    private static final int BLOCK = KvCache.BLOCK_TOKENS;
    private static final int CONTEXT = 48;

    private static VectorEngine engine(int slots, int kvTokens) throws IOException {
        try (var checkpoint = Checkpoint.open(Path.of("src/test/resources/golden/e-v96-d40-l2-h5-odd"))) {
            return VectorEngine.load(
                    checkpoint,
                    VectorEngineOptions.defaults(checkpoint.config())
                            .withSlots(slots)
                            .withKvTokens(kvTokens),
                    LoadProgress.SILENT);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void freeTokensAreWhatAModelOfTheCacheSaysAfterAnyHistory(long seed) throws IOException {
        var random = new Random(seed);
        try (var engine = engine(7, 11 * BLOCK)) {
            var model = new Model(11);
            for (var turn = 0; turn < 1500; turn++) {
                var slots = new ArrayList<>(model.sequences.keySet());
                var any = slots.isEmpty() ? -1 : slots.get(random.nextInt(slots.size()));
                switch (random.nextInt(any < 0 ? 1 : 8)) {
                    case 0 -> {
                        if (slots.size() == 7) {
                            assertThatThrownBy(engine::open).isInstanceOf(EngineCapacityException.class);
                        } else {
                            model.sequences.put(engine.open(), new Model.Sequence());
                        }
                    }
                    case 1 -> {
                        var length = random.nextInt(engine.length(any) + 1);
                        if (slots.size() == 7) {
                            assertThatThrownBy(() -> engine.fork(any, length))
                                    .isInstanceOf(EngineCapacityException.class);
                        } else {
                            model.fork(any, engine.fork(any, length), length);
                        }
                    }
                    case 2 -> {
                        var length = random.nextInt(engine.length(any) + 1);
                        engine.truncate(any, length);
                        model.sequences.get(any).truncate(length);
                    }
                    case 3 -> {
                        engine.free(any);
                        model.sequences.remove(any);
                    }
                    default -> step(engine, model, random, slots);
                }
                assertThat(engine.freeKvTokens()).isEqualTo(model.freeBlocks() * BLOCK);
                model.sequences.forEach(
                        (slot, sequence) -> assertThat(engine.length(slot)).isEqualTo(sequence.length));
            }
            List.copyOf(model.sequences.keySet()).forEach(engine::free);
            assertThat(engine.freeKvTokens()).isEqualTo(engine.limits().kvTokens());
        }
    }

    private static void step(VectorEngine engine, Model model, Random random, List<Integer> slots) {
        Collections.shuffle(slots, random);
        var chunks = new ArrayList<Chunk>();
        for (var slot : slots.subList(0, 1 + random.nextInt(slots.size()))) {
            var room = CONTEXT - engine.length(slot);
            if (room > 0) {
                chunks.add(Chunk.withoutLogits(slot, new int[1 + random.nextInt(Math.min(room, 20))]));
            }
        }
        var after = model.copy();
        chunks.forEach(chunk -> after.append(chunk.slot(), chunk.ids().length));
        if (after.freeBlocks() < 0) {
            assertThatThrownBy(() -> engine.step(chunks))
                    .isInstanceOf(EngineCapacityException.class)
                    .hasMessageContaining(model.freeBlocks() * BLOCK + " of " + 11 * BLOCK + " are free");
        } else {
            engine.step(chunks);
            model.become(after);
        }
    }

    /** Sequences as lists of blocks that are equal only to themselves; a block is in use while a list has it. */
    private static final class Model {
        final int blocks;
        Map<Integer, Sequence> sequences = new TreeMap<>();

        Model(int blocks) {
            this.blocks = blocks;
        }

        static final class Sequence {
            int length;
            List<Object> blocks = new ArrayList<>();

            void truncate(int newLength) {
                length = newLength;
                blocks = new ArrayList<>(blocks.subList(0, (newLength + BLOCK - 1) / BLOCK));
            }
        }

        int freeBlocks() {
            var used = Collections.newSetFromMap(new IdentityHashMap<>());
            sequences.values().forEach(sequence -> used.addAll(sequence.blocks));
            return blocks - used.size();
        }

        void fork(int parent, int slot, int length) {
            var fork = new Sequence();
            fork.blocks = sequences.get(parent).blocks;
            fork.truncate(length);
            sequences.put(slot, fork);
        }

        void append(int slot, int count) {
            var sequence = sequences.get(slot);
            if (sequence.length % BLOCK != 0 && holders(sequence.blocks.getLast()) > 1) {
                sequence.blocks.set(sequence.blocks.size() - 1, new Object());
            }
            sequence.length += count;
            while (sequence.blocks.size() * BLOCK < sequence.length) {
                sequence.blocks.add(new Object());
            }
        }

        private long holders(Object block) {
            return sequences.values().stream()
                    .filter(sequence -> sequence.blocks.stream().anyMatch(other -> other == block))
                    .count();
        }

        Model copy() {
            var copy = new Model(blocks);
            sequences.forEach((slot, sequence) -> {
                var twin = new Sequence();
                twin.length = sequence.length;
                twin.blocks = new ArrayList<>(sequence.blocks);
                copy.sequences.put(slot, twin);
            });
            return copy;
        }

        void become(Model other) {
            sequences = other.sequences;
        }
    }

    @Test
    void theLastOfSeveralForksThatAppendKeepsTheSharedBlock() throws IOException {
        try (var engine = engine(3, 3 * BLOCK)) {
            var parent = engine.open();
            engine.step(List.of(Chunk.withoutLogits(parent, 1, 2, 3)));
            var forks = List.of(parent, engine.fork(parent, 3), engine.fork(parent, 2));
            assertThat(engine.freeKvTokens()).isEqualTo(2 * BLOCK);
            engine.step(forks.stream().map(slot -> Chunk.withoutLogits(slot, 4)).toList());
            assertThat(engine.freeKvTokens()).isZero();
        }
    }

    @Test
    void kvTokensAreRoundedUpToWholeBlocks() throws IOException {
        try (var engine = engine(1, 17)) {
            assertThat(engine.limits().kvTokens()).isEqualTo(32);
            assertThat(engine.freeKvTokens()).isEqualTo(32);
            assertThat(engine.limits().kvBlockTokens()).isEqualTo(16);
        }
    }

    @Test
    void aBrokenLimitIsNamedAndNothingChanges() throws IOException {
        try (var engine = engine(2, 64)) {
            var slot = engine.open();
            engine.step(List.of(Chunk.withoutLogits(slot, 1, 2)));
            var complaints = new HashMap<String, Chunk>();
            complaints.put(
                    "slot 0 would have 2 + 47 tokens, the context length is 48",
                    Chunk.withoutLogits(slot, new int[47]));
            complaints.put("id 96 is outside the vocabulary of 96", Chunk.withoutLogits(slot, 96));
            complaints.put("id -1 is outside the vocabulary of 96", Chunk.withoutLogits(slot, -1));
            complaints.put("slot 1 holds no sequence; there are slots 0 to 1", Chunk.withoutLogits(1, 5));
            complaints.put("slot 9 holds no sequence; there are slots 0 to 1", Chunk.withoutLogits(9, 5));
            complaints.forEach((message, chunk) -> assertThatThrownBy(() -> engine.step(List.of(chunk)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(message));
            assertThatThrownBy(() -> engine.step(List.of(Chunk.withoutLogits(slot, 1), Chunk.withoutLogits(slot, 2))))
                    .hasMessage("slot 0 has two chunks in one step");
            assertThatThrownBy(() -> engine.truncate(slot, 3))
                    .hasMessage("length 3 is not within the 2 tokens of slot 0");
            assertThatThrownBy(() -> engine.fork(slot, -1))
                    .hasMessage("length -1 is not within the 2 tokens of slot 0");
            assertThat(engine.length(slot)).isEqualTo(2);
            assertThat(engine.freeKvTokens()).isEqualTo(48);
        }
    }

    @Test
    void aStepBeyondItsOwnLimitsIsRefused() throws IOException {
        try (var checkpoint = Checkpoint.open(Path.of("src/test/resources/golden/e-v96-d40-l2-h5-odd"));
                var engine = VectorEngine.load(
                        checkpoint,
                        VectorEngineOptions.defaults(checkpoint.config())
                                .withStepTokens(5)
                                .withStepLogits(2),
                        LoadProgress.SILENT)) {
            var slot = engine.open();
            assertThatThrownBy(() -> engine.step(List.of(Chunk.withoutLogits(slot, new int[6]))))
                    .hasMessage("a step of 6 ids, the most is 5");
            assertThatThrownBy(() -> engine.step(List.of(Chunk.withAllLogits(slot, 1, 2, 3))))
                    .hasMessage("a step of 3 logit rows, the most is 2");
            assertThat(engine.step(List.of()).rows()).isZero();
        }
    }
}
