package io.meshtransformer.xla;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.engine.Chunk;
import io.meshtransformer.gptj.engine.InferenceEngine;
import io.meshtransformer.gptj.random.RandomModel;
import io.meshtransformer.gptj.safetensors.DataType;
import io.meshtransformer.stablehlo.type.ElementType;
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
 * A law of the engine on CPUs: logits depend on a sequence's ids alone, and on which of them were generated; not on
 * slot, neighbours, chunks or forks.
 */
class BitInvarianceTest {
    private static final int CONTEXT = 96;
    private static final int TURNS = 120;

    @TempDir
    Path directory;

    private static final GptjConfig ODD = new GptjConfig(101, CONTEXT, 40, 2, 5, 6, 72, 1e-6f, 100, 100);
    private static final GptjConfig DEEP = new GptjConfig(50, CONTEXT, 64, 1, 4, 16, 2100, 1e-5f, 0, 1);

    static Stream<Arguments> models() {
        return Stream.of(
                Arguments.of(ODD, ElementType.F32, 1, 1),
                Arguments.of(ODD, ElementType.BF16, 1, 1),
                Arguments.of(DEEP, ElementType.F32, 2, 2));
    }

    @ParameterizedTest
    @MethodSource("models")
    void logitsDependOnTheSequencesIdsAlone(GptjConfig config, ElementType compute, int dp, int mp) throws IOException {
        var options = Engines.on(dp, mp)
                .withCompute(compute)
                .withSlots(8)
                .withStepTokens(CONTEXT)
                .withStepLogits(CONTEXT);
        RandomModel.write(directory, config, DataType.F32, 11);
        var random = new Random(12);
        try (var alone = Engines.load(directory, options);
                var crowded = Engines.load(directory, options)) {
            new History(random, texts(random, config), new Reference(alone), crowded).run();
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

    /** A sequence's ids, and how many of them were read as a prompt; the others were generated one by one. */
    private record Prefix(List<Integer> ids, int prompt) {
        static final Prefix EMPTY = new Prefix(List.of(), 0);

        Prefix first(int length) {
            return new Prefix(ids.subList(0, length), Math.min(length, prompt));
        }

        Prefix with(int id, boolean generated) {
            var more = new ArrayList<>(ids);
            more.add(id);
            return new Prefix(List.copyOf(more), generated ? prompt : more.size());
        }
    }

    /** Logits after a prefix, computed once, alone in an engine: the prompt in one chunk, then token by token. */
    private static final class Reference {
        private final InferenceEngine engine;
        private final Map<Prefix, int[]> logits = new HashMap<>();

        Reference(InferenceEngine engine) {
            this.engine = engine;
        }

        int[] after(Prefix prefix) {
            return logits.computeIfAbsent(prefix, this::compute);
        }

        private int[] compute(Prefix prefix) {
            var slot = engine.open();
            var prompt = prefix.ids().subList(0, prefix.prompt()).stream().mapToInt(Integer::intValue);
            var result = engine.step(List.of(Chunk.withLastLogits(slot, prompt.toArray())));
            for (var id : prefix.ids().subList(prefix.prompt(), prefix.ids().size())) {
                result = engine.step(List.of(Chunk.generated(slot, id)));
            }
            engine.free(slot);
            return bits(result.values(), 0, result.vocabularySize());
        }
    }

    /** Random steps, forks, truncations and ends over several sequences at once. */
    private static final class History {
        private final Random random;
        private final Reference reference;
        private final InferenceEngine engine;
        private final List<List<Integer>> texts;
        private final Map<Integer, Prefix> sequences = new TreeMap<>();

        History(Random random, List<List<Integer>> texts, Reference reference, InferenceEngine engine) {
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
                sequences.put(engine.open(), Prefix.EMPTY);
                return;
            }
            var any = slots.get(random.nextInt(slots.size()));
            // No further than the prompt: what is generated after it goes on to be so.
            var prefix =
                    sequences.get(any).first(random.nextInt(sequences.get(any).prompt() + 1));
            var length = prefix.ids().size();
            switch (random.nextInt(5)) {
                case 0 -> {
                    engine.free(any);
                    sequences.remove(any);
                }
                case 1 -> {
                    engine.truncate(any, length);
                    sequences.put(any, prefix);
                }
                case 2 -> {
                    if (engine.freeKvTokens() > 0) {
                        sequences.put(engine.open(), Prefix.EMPTY);
                    }
                }
                default -> {
                    if (engine.freeKvTokens() > 0) {
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
                var prefix = sequences.get(slot);
                var most = Math.min(CONTEXT - prefix.ids().size(), room);
                var begun = prefix.ids().size() > prefix.prompt();
                var generates = begun || !prefix.ids().isEmpty() && random.nextInt(3) == 0;
                if (most > 0) {
                    var count = generates ? 1 : 1 + random.nextInt(Math.min(most, 50));
                    chunks.add(chunk(slot, count, generates));
                    room -= count;
                }
            }
            var logits = engine.step(chunks);
            var row = 0;
            for (var chunk : chunks) {
                for (var i = 0; i < chunk.ids().length; i++) {
                    var place = i;
                    sequences.compute(chunk.slot(), (_, prefix) -> prefix.with(chunk.ids()[place], chunk.generated()));
                    if (i >= chunk.firstLogit()) {
                        compare(sequences.get(chunk.slot()), logits.values(), logits.offset(row++));
                    }
                }
            }
            assertThat(logits.rows()).isEqualTo(row);
        }

        private void compare(Prefix prefix, float[] logits, int offset) {
            var expected = reference.after(prefix);
            assertThat(bits(logits, offset, expected.length))
                    .as("after %d ids, %d of them the prompt", prefix.ids().size(), prefix.prompt())
                    .isEqualTo(expected);
        }

        /** Goes on in a text that begins as the sequence does, so that prefixes recur; there is always one. */
        private Chunk chunk(int slot, int count, boolean generates) {
            var prefix = sequences.get(slot).ids();
            var length = prefix.size();
            var fitting = texts.stream()
                    .filter(text -> text.subList(0, length).equals(prefix))
                    .toList();
            var ids = fitting.get(random.nextInt(fitting.size())).subList(length, length + count).stream()
                    .mapToInt(Integer::intValue)
                    .toArray();
            return new Chunk(slot, ids, random.nextInt(count + 1), generates);
        }
    }

    private static int[] bits(float[] values, int offset, int count) {
        var bits = new int[count];
        Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[offset + i]));
        return bits;
    }
}
