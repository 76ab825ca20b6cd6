package io.meshtransformer.gptj.random;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.GptjTensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Weights before training, each a function of the seed, the number of its tensor and its place there. */
final class RandomWeights {
    /** Keeps these random bits apart from those that sampling draws under the same seed. */
    private static final long DOMAIN = 1L << 32;

    private final long seed;
    private final List<String> names;
    private final List<Initialisation> initialisations;

    RandomWeights(GptjConfig config, long seed) {
        this.seed = seed;
        this.names = new ArrayList<>(GptjTensors.shapes(config).keySet());
        var byName = Initialisation.of(config);
        this.initialisations = names.stream().map(byName::get).toList();
    }

    /**
     * Makes a range of a weight's elements.
     *
     * @throws IllegalArgumentException if the model has no such weight
     */
    void read(String name, long offset, float[] values, int from, int count) {
        Objects.checkFromIndexSize(from, count, values.length);
        var tensor = names.indexOf(name);
        if (tensor < 0) {
            throw new IllegalArgumentException("the model has no weight " + name);
        }
        var initialisation = initialisations.get(tensor);
        var words = new int[Philox.WORDS];
        var block = -1L;
        for (var i = 0; i < count; i++) {
            var place = offset + i;
            if (initialisation.scale() != 0 && place / Philox.WORDS != block) {
                block = place / Philox.WORDS;
                Philox.block(seed, block, DOMAIN | tensor, words, 0);
            }
            var word = words[(int) (place % Philox.WORDS)];
            values[from + i] = initialisation.mean() + initialisation.scale() * TruncatedNormal.value(word);
        }
    }
}
