package io.meshtransformer.evaluation.protocol;

import io.meshtransformer.evaluation.request.ModelRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Texts of a task as ids for one model, under one protocol. It may be used by several threads. */
public abstract sealed class Encoding permits HarnessEncoding, Mtj2021Encoding {
    final ReadingModel model;

    Encoding(ReadingModel model) {
        this.model = model;
    }

    /** As the protocol has it for the model. */
    public static Encoding of(Protocol protocol, ReadingModel model) {
        return switch (protocol) {
            case HARNESS -> new HarnessEncoding(model);
            case MTJ_2021 -> new Mtj2021Encoding(model);
        };
    }

    /**
     * How likely is each continuation of a context? One request, where the context is cut to the same ids for all, else
     * one for each continuation in their order.
     *
     * @throws UnaskableException if a continuation has no ids of its own
     */
    public final List<ModelRequest> score(String context, List<String> continuations) throws UnaskableException {
        var pairs = new Pair[continuations.size()];
        for (var i = 0; i < pairs.length; i++) {
            pairs[i] = cut(pair(context, continuations.get(i)));
        }
        var first = pairs[0];
        if (Arrays.stream(pairs).allMatch(pair -> Arrays.equals(pair.contextIds, first.contextIds))) {
            return List.of(new ModelRequest.Score(
                    first.context,
                    Arrays.stream(pairs).map(Pair::continuation).toList(),
                    first.contextIds,
                    Arrays.stream(pairs).map(Pair::continuationIds).toList()));
        }
        return Arrays.stream(pairs).<ModelRequest>map(Pair::request).toList();
    }

    /**
     * How likely is a whole text? Windows in its order, each with one continuation; each id is foretold once. A text
     * without ids has none.
     */
    public abstract List<ModelRequest> rolling(String text);

    /**
     * What follows a context?
     *
     * @throws UnaskableException if nothing of the context would have room
     */
    public abstract ModelRequest generate(String context, int maxTokens, List<String> until) throws UnaskableException;

    abstract Pair pair(String context, String continuation) throws UnaskableException;

    /** Most ids of a context and a continuation together. */
    abstract int most();

    /**
     * The last ids of both. Of a continuation that leaves no room for a context, on which lm-evaluation-harness stops, the
     * first id that is left is the context, as in mesh-transformer-jax.
     */
    private Pair cut(Pair pair) {
        var room = most() - pair.continuationIds().length;
        if (room >= 1) {
            return new Pair(pair.context(), pair.continuation(), last(pair.contextIds(), room), pair.continuationIds());
        }
        var kept = last(pair.continuationIds(), most());
        return new Pair(
                pair.context(), pair.continuation(), Arrays.copyOf(kept, 1), Arrays.copyOfRange(kept, 1, kept.length));
    }

    /**
     * A context and what may follow it.
     *
     * @param context as the model reads it, but whole
     * @param continuation as the model reads it
     */
    record Pair(String context, String continuation, int[] contextIds, int[] continuationIds) {
        ModelRequest.Score request() {
            return new ModelRequest.Score(context, List.of(continuation), contextIds, List.of(continuationIds));
        }
    }

    /** The last ids of an array, all where there are no more. */
    static int[] last(int[] ids, int most) {
        return ids.length <= most ? ids : Arrays.copyOfRange(ids, ids.length - most, ids.length);
    }

    final ModelRequest.Generate generate(String context, int[] ids, int maxTokens, List<String> until)
            throws UnaskableException {
        var room = model.contextLength() - maxTokens;
        if (room < 1) {
            throw new UnaskableException("max_gen_toks is " + maxTokens + ", the model reads " + model.contextLength()
                    + " ids and must read at least one before it generates");
        }
        return new ModelRequest.Generate(context, last(ids, room), maxTokens, until);
    }

    /**
     * Windows over ids, the first after the prefix and each other after one id of the one before, the last one moved to
     * the left so that it is full. Source: lm-evaluation-harness, {@code get_rolling_token_windows} and {@code
     * make_disjoint_window} with a context of one.
     *
     * @param width most ids that a window foretells
     */
    final List<ModelRequest> windows(int[] ids, int width) {
        var windows = new ArrayList<ModelRequest>();
        for (var from = 0; from < ids.length; from += width) {
            var to = Math.min(ids.length, from + width);
            var context = from == 0
                    ? new int[] {model.prefixId()}
                    : Arrays.copyOfRange(ids, Math.max(0, to - width - 1), from);
            var foretold = Arrays.copyOfRange(ids, from, to);
            windows.add(new ModelRequest.Score(
                    model.tokenizer().decode(context),
                    List.of(model.tokenizer().decode(foretold)),
                    context,
                    List.of(foretold)));
        }
        return windows;
    }
}
