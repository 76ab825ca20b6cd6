package io.meshtransformer.tokenizer.service.prompt;

import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.InferenceRequest;
import io.meshtransformer.contracts.Prompt;
import io.meshtransformer.contracts.PromptRequest;
import io.meshtransformer.contracts.RequestRefusedException;
import io.meshtransformer.contracts.TokenIds;
import io.meshtransformer.serving.OfferedModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Continuations to be scored: each encoded together with the context, as lm-evaluation-harness does it. */
final class Scores {
    private static final String CONTEXT = "context";
    private static final String CONTINUATIONS = "continuations";

    private final OfferedModel model;
    private final Encoder encoder;
    private final TextLimits limits;

    Scores(OfferedModel model, Encoder encoder, TextLimits limits) {
        this.model = model;
        this.encoder = encoder;
        this.limits = limits;
    }

    Outcome.Forward forward(PromptRequest.Score request) throws RequestRefusedException {
        requireOneForm(request);
        var ofText = request.context().text() != null;
        var pairs = ofText ? pairsOfText(request) : pairsOfIds(request);
        for (var i = 0; i < pairs.continuations().size(); i++) {
            requireFits(pairs.context().size(), pairs.continuations().get(i).size(), i);
        }
        return new Outcome.Forward(
                Destinations.of(request.priority()),
                new InferenceRequest.Score(
                        request.requestId(),
                        request.model(),
                        pairs.context(),
                        pairs.continuations(),
                        request.deadline()));
    }

    private record Pairs(TokenIds context, List<TokenIds> continuations) {}

    private Pairs pairsOfText(PromptRequest.Score request) throws RequestRefusedException {
        encoder.requireWellFormed(request.context().text(), CONTEXT);
        var pair = PairEncoding.of(request.context().text());
        requireAffordable(pair, request.continuations());
        encoder.requireMayFit(pair.context(), model.config().contextLength(), CONTEXT);
        var context = encoder.encode(pair.context(), CONTEXT);
        var continuations = new ArrayList<TokenIds>();
        for (var i = 0; i < request.continuations().size(); i++) {
            var text = request.continuations().get(i).text();
            if (text.isEmpty()) {
                throw empty(i);
            }
            encoder.requireWellFormed(text, CONTINUATIONS);
            continuations.add(continuation(pair, context.length, text, i));
        }
        return new Pairs(context.length == 0 ? TokenIds.of(model.prefixId()) : TokenIds.of(context), continuations);
    }

    private TokenIds continuation(PairEncoding pair, int contextSize, String text, int index)
            throws RequestRefusedException {
        var whole = pair.context() + pair.space() + text;
        encoder.requireMayFit(whole, model.config().contextLength() + 1L, CONTINUATIONS);
        var ids = encoder.encode(whole, CONTINUATIONS);
        var from = contextSize;
        if (contextSize == 0 && ids.length > 1 && ids[0] == model.prefixId()) {
            from = 1; // it brings the id along that stands for the empty context
        }
        if (ids.length <= from) {
            throw RequestRefusedException.invalid(
                    "continuation %d has no token of its own: it becomes one with the end of the context"
                            .formatted(index),
                    CONTINUATIONS);
        }
        return TokenIds.of(Arrays.copyOfRange(ids, from, ids.length));
    }

    private Pairs pairsOfIds(PromptRequest.Score request) throws RequestRefusedException {
        var context = request.context().ids();
        encoder.requireKnown(context.toArray(), CONTEXT);
        var continuations = new ArrayList<TokenIds>();
        for (var i = 0; i < request.continuations().size(); i++) {
            var ids = request.continuations().get(i).ids();
            if (ids.isEmpty()) {
                throw empty(i);
            }
            encoder.requireKnown(ids.toArray(), CONTINUATIONS);
            continuations.add(ids);
        }
        return new Pairs(context.isEmpty() ? TokenIds.of(model.prefixId()) : context, continuations);
    }

    /** Ids have no white space that could move, so texts and ids don't mix. */
    private static void requireOneForm(PromptRequest.Score request) throws RequestRefusedException {
        var ofText = request.context().text() != null;
        for (var i = 0; i < request.continuations().size(); i++) {
            if ((request.continuations().get(i).text() != null) != ofText) {
                throw RequestRefusedException.invalid(
                        "the context is %s and continuation %d is %s; all must be of one form"
                                .formatted(form(ofText), i, form(!ofText)),
                        CONTINUATIONS);
            }
        }
    }

    private static String form(boolean text) {
        return text ? "a text" : "token ids";
    }

    /** The context is encoded once more with each continuation. */
    private void requireAffordable(PairEncoding pair, List<Prompt> continuations) throws RequestRefusedException {
        var context = Utf8.length(pair.context()) + pair.space().length();
        var bytes = 0L;
        for (var continuation : continuations) {
            bytes += context + Utf8.length(continuation.text());
        }
        if (bytes > limits.scoredBytes()) {
            throw RequestRefusedException.invalid(
                    "%d continuations, each with its context, are %d bytes of text; at most %d are taken at once"
                            .formatted(continuations.size(), bytes, limits.scoredBytes()),
                    CONTINUATIONS);
        }
    }

    /** The last token of a continuation is only predicted, so it needs no place in the context. */
    private void requireFits(int context, int continuation, int index) throws RequestRefusedException {
        var room = model.config().contextLength() + 1L;
        if ((long) context + continuation > room) {
            throw new RequestRefusedException(
                    FailureCode.CONTEXT_LENGTH_EXCEEDED,
                    "the context's %d tokens and the %d of continuation %d make %d; the model scores at most %d"
                            .formatted(context, continuation, index, (long) context + continuation, room),
                    CONTINUATIONS);
        }
    }

    private static RequestRefusedException empty(int index) {
        return RequestRefusedException.invalid("continuation %d is empty".formatted(index), CONTINUATIONS);
    }
}
