package io.meshtransformer.inference.validation;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.RequestRefusedException;
import io.meshtransformer.contracts.TokenIds;
import io.meshtransformer.inference.scheduler.Capacity;

/**
 * What every request is checked for, since any Kafka client may send one.
 *
 * @param model the name requests must use
 * @param vocabularySize number of ids the model knows
 * @param contextLength most tokens in a sequence
 */
public record RequestRules(String model, int vocabularySize, int contextLength) {

    public RequestRules {
        requireNonNull(model, "model is null");
    }

    /** For a request for another model. */
    public RequestRefusedException notServed(String asked) {
        return new RequestRefusedException(
                FailureCode.MODEL_NOT_FOUND,
                "the model '" + asked + "' is not served here, '" + model + "' is",
                "model");
    }

    public void knownIds(TokenIds ids, String parameter) throws RequestRefusedException {
        for (int i = 0; i < ids.size(); i++) {
            knownId(ids.get(i), parameter);
        }
    }

    public void knownId(int id, String parameter) throws RequestRefusedException {
        if (id < 0 || id >= vocabularySize) {
            throw RequestRefusedException.invalid(
                    "'" + parameter + "' has the token id " + id + ", the model's ids are 0 to " + (vocabularySize - 1),
                    parameter);
        }
    }

    /** @param read tokens given, {@code more} those that follow */
    public void fitsContext(int read, int more, String parameter) throws RequestRefusedException {
        if ((long) read + more > contextLength) {
            throw new RequestRefusedException(
                    FailureCode.CONTEXT_LENGTH_EXCEEDED,
                    read + " tokens and " + more + " to follow make " + ((long) read + more)
                            + ", the model's context holds " + contextLength,
                    parameter);
        }
    }

    /** @param tokens of the request's longest sequence */
    public void fitsMemory(int tokens, Capacity capacity) throws RequestRefusedException {
        if (capacity.blocksFor(tokens) > capacity.blocks()) {
            throw new RequestRefusedException(
                    FailureCode.CONTEXT_LENGTH_EXCEEDED,
                    "the request needs KV memory for " + tokens + " tokens, this worker has it for "
                            + capacity.tokens(),
                    null);
        }
    }
}
