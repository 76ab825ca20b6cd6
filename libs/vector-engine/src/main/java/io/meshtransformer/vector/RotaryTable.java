package io.meshtransformer.vector;

import io.meshtransformer.gptj.GptjConfig;

/**
 * Sines and cosines of the rotary position embedding, {@code [position, pair]}, computed in fp32 as Hugging Face does
 * (mesh-transformer-jax: fp64, then rounded; at position 2048 angles differ by up to 1e-4).
 *
 * <p>RoFormer, Su et al. 2021; GPT-J turns adjacent pairs.
 */
final class RotaryTable {
    private static final double BASE = 10_000;

    private final int pairs;
    private final float[] sines;
    private final float[] cosines;

    RotaryTable(GptjConfig config) {
        pairs = config.rotaryDimensions() / 2;
        sines = new float[config.contextLength() * pairs];
        cosines = new float[config.contextLength() * pairs];
        for (var pair = 0; pair < pairs; pair++) {
            var exponent = (float) (2 * pair) / config.rotaryDimensions();
            var frequency = 1f / (float) StrictMath.pow(BASE, exponent);
            for (var position = 0; position < config.contextLength(); position++) {
                var angle = position * frequency;
                sines[position * pairs + pair] = (float) StrictMath.sin(angle);
                cosines[position * pairs + pair] = (float) StrictMath.cos(angle);
            }
        }
    }

    /** Turns the leading pairs of one head in place. */
    void rotate(float[] head, int offset, int position) {
        for (var pair = 0; pair < pairs; pair++) {
            var sine = sines[position * pairs + pair];
            var cosine = cosines[position * pairs + pair];
            var even = head[offset + 2 * pair];
            var odd = head[offset + 2 * pair + 1];
            head[offset + 2 * pair] = even * cosine - odd * sine;
            head[offset + 2 * pair + 1] = odd * cosine + even * sine;
        }
    }
}
