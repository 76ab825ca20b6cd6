package io.meshtransformer.gptj.sampling;

import io.meshtransformer.gptj.random.Philox;

/**
 * Names one random number: the same key gives the same number, so a run can be taken up at any position.
 *
 * @param seed of the request
 * @param choice which of a request's independent continuations, from 0
 * @param position of the token in its continuation, from 0
 */
public record DrawKey(long seed, int choice, int position) {
    /** From 0 to 1 exclusive. The counter's upper half is 0; random models count in other ones. */
    double uniform() {
        return Philox.uniform(seed, position & 0xFFFFFFFFL | (long) choice << 32, 0);
    }
}
