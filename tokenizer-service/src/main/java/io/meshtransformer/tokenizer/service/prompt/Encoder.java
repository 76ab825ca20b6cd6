package io.meshtransformer.tokenizer.service.prompt;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.Prompt;
import io.meshtransformer.contracts.RequestRefusedException;
import io.meshtransformer.serving.OfferedModel;
import io.meshtransformer.tokenizer.IllFormedTextException;
import io.meshtransformer.tokenizer.Tokenizer;

/** A model's tokenizer behind the checks that texts and ids of strangers need. */
final class Encoder {
    private final OfferedModel model;
    private final TextLimits limits;
    private final MemoryBudget budget;

    /** @param budget see {@link #budget} */
    Encoder(OfferedModel model, TextLimits limits, MemoryBudget budget) {
        this.model = requireNonNull(model, "model is null");
        this.limits = requireNonNull(limits, "limits is null");
        this.budget = requireNonNull(budget, "budget is null");
    }

    /** Memory for texts being merged: the worst has room, or many small ones. */
    static MemoryBudget budget(TextLimits limits) {
        return new MemoryBudget(memory(limits.textBytes(), limits.stretchBytes()));
    }

    Tokenizer tokenizer(String parameter) throws RequestRefusedException {
        return model.tokenizer()
                .orElseThrow(() -> new RequestRefusedException(
                        FailureCode.TOKENIZER_UNAVAILABLE,
                        "the model '%s' has no tokenizer: '%s' must be token ids".formatted(model.name(), parameter),
                        parameter));
    }

    /** The ids of a text, without any that a tokenizer may add around it. */
    int[] encode(String text, String parameter) throws RequestRefusedException {
        var tokenizer = tokenizer(parameter);
        var bytes = Utf8.length(text);
        if (bytes > limits.textBytes()) {
            throw RequestRefusedException.invalid(
                    "'%s' has %d bytes of text, at most %d are taken at once"
                            .formatted(parameter, bytes, limits.textBytes()),
                    parameter);
        }
        var stretch = bytes <= TextLimits.SHORT ? bytes : tokenizer.longestStretch(text);
        if (stretch > limits.stretchBytes()) {
            throw RequestRefusedException.invalid(
                    "'%s' has %d bytes of text without a break between words, at most %d are taken at once"
                            .formatted(parameter, stretch, limits.stretchBytes()),
                    parameter);
        }
        try (var _ = budget.take(memory(bytes, stretch))) {
            return tokenizer.encode(text);
        } catch (IllFormedTextException e) {
            throw illFormed(e, parameter);
        }
    }

    /** The ids of a prompt: its text with what the tokenizer adds around it, or the ids that it is. */
    int[] ids(Prompt prompt, String parameter) throws RequestRefusedException {
        if (prompt.text() != null) {
            return tokenizer(parameter).withSpecialTokens(encode(prompt.text(), parameter));
        }
        var ids = prompt.ids().toArray();
        requireKnown(ids, parameter);
        return ids;
    }

    void requireKnown(int[] ids, String parameter) throws RequestRefusedException {
        for (var id : ids) {
            requireKnown(id, parameter);
        }
    }

    void requireKnown(int id, String parameter) throws RequestRefusedException {
        var size = model.config().vocabularySize();
        if (id < 0 || id >= size) {
            throw RequestRefusedException.invalid(
                    "'%s' has the token id %d, the ids of '%s' are 0 to %d"
                            .formatted(parameter, id, model.name(), size - 1),
                    parameter);
        }
    }

    void requireWellFormed(String text, String parameter) throws RequestRefusedException {
        try {
            IllFormedTextException.check(text);
        } catch (IllFormedTextException e) {
            throw illFormed(e, parameter);
        }
    }

    /**
     * Refuses a text, before it is encoded, that has too many tokens for sure.
     *
     * @param most tokens that the model can take
     */
    void requireMayFit(String text, long most, String parameter) throws RequestRefusedException {
        var bytes = Utf8.length(text);
        var fewest = tokenizer(parameter).fewestTokens(bytes);
        if (fewest > most) {
            throw new RequestRefusedException(
                    FailureCode.CONTEXT_LENGTH_EXCEEDED,
                    "'%s' has %d bytes of text, at least %d tokens; the model takes at most %d"
                            .formatted(parameter, bytes, fewest, most),
                    parameter);
        }
    }

    private static RequestRefusedException illFormed(IllFormedTextException e, String parameter) {
        return RequestRefusedException.invalid("'%s': %s".formatted(parameter, e.getMessage()), parameter);
    }

    /** Bytes of heap for a moment: ids grow with the text, nodes of the merging with its longest stretch. */
    private static long memory(long bytes, long stretch) {
        return 24 * bytes + 140 * stretch;
    }
}
