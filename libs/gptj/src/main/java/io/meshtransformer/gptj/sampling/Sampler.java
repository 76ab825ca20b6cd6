package io.meshtransformer.gptj.sampling;

import java.util.List;

/**
 * Chooses tokens from rows of logits. The choice is a function of logits, parameters, history and key alone: the same
 * bits on every machine, in a JVM and in a native executable.
 *
 * <p>Holds memory for one row, so it is not thread-safe; one per thread is cheap.
 */
public final class Sampler {
    private final int vocabularySize;
    private final Candidates candidates;

    /**
     * @param vocabularySize logits in a row
     * @param tokens how many of them are ids of a tokenizer; ids from here on are never chosen
     */
    public Sampler(int vocabularySize, int tokens) {
        if (tokens < 1 || tokens > vocabularySize) {
            throw new IllegalArgumentException("the tokenizer has " + tokens + " tokens, it must be from 1 to "
                    + vocabularySize + ", the number of logits");
        }
        this.vocabularySize = vocabularySize;
        this.candidates = new Candidates(tokens);
    }

    /**
     * Chooses one token.
     *
     * @param values row-major logits
     * @param offset of the row's first logit
     * @return the token with its log-probability under the model before parameters were applied
     * @throws IllegalArgumentException if the logits are no distribution
     */
    public TokenLogprob sample(
            float[] values, int offset, SamplingParameters parameters, TokenHistory history, DrawKey key) {
        return sample(LogSoftmax.of(values, offset, vocabularySize), parameters.processors(), history, key);
    }

    /** As {@link #sample(float[], int, SamplingParameters, TokenHistory, DrawKey)}, for processors in any order. */
    public TokenLogprob sample(LogSoftmax row, List<LogitProcessor> processors, TokenHistory history, DrawKey key) {
        process(row, processors, history);
        var id = candidates.draw(key.uniform());
        return new TokenLogprob(id, row.logprob(id));
    }

    /** The probability with which each of the tokenizer's tokens would be chosen. */
    public double[] probabilities(LogSoftmax row, List<LogitProcessor> processors, TokenHistory history) {
        process(row, processors, history);
        return candidates.probabilities();
    }

    private void process(LogSoftmax row, List<LogitProcessor> processors, TokenHistory history) {
        if (row.size() != vocabularySize) {
            throw new IllegalArgumentException(
                    "a row has " + row.size() + " logits, this sampler was made for " + vocabularySize);
        }
        candidates.load(row.values(), row.offset());
        for (var processor : processors) {
            processor.apply(candidates, history);
        }
    }
}
