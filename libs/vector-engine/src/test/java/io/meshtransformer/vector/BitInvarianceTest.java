package io.meshtransformer.vector;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.gptj.Checkpoint;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.WeightFormat;
import io.meshtransformer.gptj.engine.Chunk;
import io.meshtransformer.gptj.engine.LoadProgress;
import io.meshtransformer.gptj.random.RandomModel;
import io.meshtransformer.gptj.safetensors.DataType;
import io.meshtransformer.vector.kernel.VectorWidth;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The law of the engine: logits of a sequence depend on its ids alone, bit for bit. Whatever the neighbours, the chunks,
 * the forks and truncations before, the threads and the vector width, they are those of one token after another, alone,
 * on one thread.
 */
class BitInvarianceTest {
    private static final int CONTEXT = 100;
    private static final int TURNS = 50;

    @TempDir
    Path directory;

    /** No size is a multiple of a panel, of a block, or of the other. */
    private static final GptjConfig ODD = new GptjConfig(101, CONTEXT, 40, 2, 5, 6, 72, 1e-6f, 100, 100);

    /** Wide enough that the inputs of its last matrix are walked in several depths. */
    private static final GptjConfig DEEP = new GptjConfig(50, CONTEXT, 72, 1, 3, 24, 2100, 1e-5f, 0, 1);

    static Stream<Arguments> models() {
        return Stream.of(ODD, DEEP)
                .flatMap(config -> Stream.of(WeightFormat.values()).map(format -> Arguments.of(config, format)));
    }

    @ParameterizedTest
    @MethodSource("models")
    void logitsDependOnTheSequencesIdsAlone(GptjConfig config, WeightFormat format) throws IOException {
        RandomModel.write(directory, config, DataType.F32, 11);
        var random = new Random(12);
        var texts = texts(random, config);
        try (var checkpoint = Checkpoint.open(directory);
                var alone = engine(checkpoint, format, VectorWidth.preferred(), 1)) {
            var reference = new Reference(alone);
            for (var width : VectorWidth.values()) {
                for (var threads : List.of(1, 3)) {
                    try (var crowded = engine(checkpoint, format, width, threads)) {
                        new History(random, texts, reference, crowded).run();
                    }
                }
            }
        }
    }

    /** Few texts, of the longest length, with long common beginnings, so that references can be used again. */
    private static List<List<Integer>> texts(Random random, GptjConfig config) {
        var first = random.ints(CONTEXT, 0, config.vocabularySize()).boxed().toList();
        var texts = new ArrayList<>(List.of(first));
        for (var common : List.of(9, 33, 64)) {
            var text = new ArrayList<>(first);
            Collections.shuffle(text.subList(common, CONTEXT), random);
            texts.add(text);
        }
        return texts;
    }

    private static VectorEngine engine(Checkpoint checkpoint, WeightFormat format, VectorWidth width, int threads)
            throws IOException {
        var options = VectorEngineOptions.defaults(checkpoint.config())
                .withFormat(format)
                .withSlots(8)
                .withKvTokens(8 * (CONTEXT + KvCache.BLOCK_TOKENS))
                .withThreads(threads)
                .withStepTokens(90)
                .withStepLogits(90);
        // However little the work, it is shared.
        return VectorEngine.load(checkpoint, options, LoadProgress.SILENT, width, new Workers(threads, 0));
    }

    /** Logits after every prefix, each computed once, by one token per step. */
    private static final class Reference {
        private final VectorEngine engine;
        private final Map<List<Integer>, int[]> logits = new HashMap<>();

        Reference(VectorEngine engine) {
            this.engine = engine;
        }

        int[] after(List<Integer> prefix) {
            if (!logits.containsKey(prefix)) {
                var slot = engine.open();
                for (var i = 0; i < prefix.size(); i++) {
                    var result = engine.step(List.of(Chunk.withLastLogits(slot, prefix.get(i))));
                    logits.put(
                            List.copyOf(prefix.subList(0, i + 1)), bits(result.values(), 0, result.vocabularySize()));
                }
                engine.free(slot);
            }
            return logits.get(prefix);
        }
    }

    /** Random steps, forks, truncations and ends over several sequences at once. */
    private static final class History {
        private final Random random;
        private final Reference reference;
        private final VectorEngine engine;
        private final Map<Integer, List<Integer>> sequences = new TreeMap<>();
        private final List<List<Integer>> texts;

        History(Random random, List<List<Integer>> texts, Reference reference, VectorEngine engine) {
            this.random = random;
            this.texts = texts;
            this.reference = reference;
            this.engine = engine;
        }

        void run() {
            for (var turn = 0; turn < TURNS; turn++) {
                change();
                step();
            }
        }

        private void change() {
            var slots = List.copyOf(sequences.keySet());
            if (slots.size() < 2) {
                sequences.put(engine.open(), new ArrayList<>());
                return;
            }
            var any = slots.get(random.nextInt(slots.size()));
            var length = random.nextInt(sequences.get(any).size() + 1);
            switch (random.nextInt(5)) {
                case 0 -> {
                    engine.free(any);
                    sequences.remove(any);
                }
                case 1 -> {
                    engine.truncate(any, length);
                    sequences
                            .get(any)
                            .subList(length, sequences.get(any).size())
                            .clear();
                }
                case 2 -> {
                    if (slots.size() < engine.limits().slots()) {
                        sequences.put(engine.open(), new ArrayList<>());
                    }
                }
                default -> {
                    if (slots.size() < engine.limits().slots()) {
                        var prefix = new ArrayList<>(sequences.get(any).subList(0, length));
                        sequences.put(engine.fork(any, length), prefix);
                    }
                }
            }
        }

        private void step() {
            var slots = new ArrayList<>(sequences.keySet());
            Collections.shuffle(slots, random);
            var chunks = new ArrayList<Chunk>();
            var room = engine.limits().stepTokens();
            for (var slot : slots.subList(0, 1 + random.nextInt(slots.size()))) {
                var length = sequences.get(slot).size();
                var most = Math.min(Math.min(CONTEXT - length, room), random.nextBoolean() ? 1 : 50);
                if (most > 0) {
                    var count = 1 + random.nextInt(most);
                    chunks.add(chunk(slot, length, count));
                    room -= count;
                }
            }
            var logits = engine.step(chunks);
            var row = 0;
            for (var chunk : chunks) {
                var prefix = sequences.get(chunk.slot());
                for (var i = 0; i < chunk.ids().length; i++) {
                    prefix.add(chunk.ids()[i]);
                    if (i >= chunk.firstLogit()) {
                        assertThat(bits(logits.values(), logits.offset(row), logits.vocabularySize()))
                                .as("slot %d after %d ids", chunk.slot(), prefix.size())
                                .isEqualTo(reference.after(prefix));
                        row++;
                    }
                }
            }
            assertThat(logits.rows()).isEqualTo(row);
        }

        /** Goes on in a text that begins as the sequence does, so that prefixes recur; there is always one. */
        private Chunk chunk(int slot, int length, int count) {
            var prefix = sequences.get(slot);
            var fitting = texts.stream()
                    .filter(text -> text.subList(0, length).equals(prefix))
                    .toList();
            var ids = fitting.get(random.nextInt(fitting.size())).subList(length, length + count).stream()
                    .mapToInt(Integer::intValue)
                    .toArray();
            return new Chunk(slot, ids, random.nextInt(count + 1));
        }
    }

    private static int[] bits(float[] values, int offset, int count) {
        var bits = new int[count];
        Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[offset + i]));
        return bits;
    }
}
