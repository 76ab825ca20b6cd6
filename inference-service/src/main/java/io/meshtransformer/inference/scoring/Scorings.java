package io.meshtransformer.inference.scoring;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.InferenceRequest;
import io.meshtransformer.contracts.RequestRefusedException;
import io.meshtransformer.contracts.TokenIds;
import io.meshtransformer.gptj.engine.InferenceEngine;
import io.meshtransformer.inference.scheduler.Capacity;
import io.meshtransformer.inference.scheduler.SequenceFamily;
import io.meshtransformer.inference.scheduler.Task;
import io.meshtransformer.inference.validation.RequestRules;

/** Checks score requests and makes their tasks. */
public final class Scorings {

    /** So many tokens of continuations fit the largest record, each with a log-probability in full and its id. */
    private static final int MOST_CONTINUATION_TOKENS = 200_000;

    private final InferenceEngine engine;
    private final RequestRules rules;

    public Scorings(InferenceEngine engine, RequestRules rules) {
        this.engine = requireNonNull(engine, "engine is null");
        this.rules = requireNonNull(rules, "rules is null");
    }

    public Task create(InferenceRequest.Score request, Capacity.Share share) throws RequestRefusedException {
        rules.knownIds(request.contextIds(), "context");
        for (var continuation : request.continuations()) {
            rules.knownIds(continuation, "continuations");
        }
        var tokens = request.continuations().stream().mapToLong(TokenIds::size).sum();
        if (tokens > MOST_CONTINUATION_TOKENS) {
            throw new RequestRefusedException(
                    FailureCode.INVALID_REQUEST,
                    "the continuations have " + tokens + " tokens together, at most " + MOST_CONTINUATION_TOKENS
                            + " fit one answer",
                    "continuations");
        }
        var longest =
                request.continuations().stream().mapToInt(TokenIds::size).max().orElseThrow();
        // Nothing follows a continuation's last token, so it is never read.
        rules.fitsContext(request.contextIds().size(), longest - 1, "continuations");
        rules.fitsMemory(request.contextIds().size() + longest - 1, share.capacity());
        var sequences = new SequenceFamily(engine, share, request.contextIds().size(), longest - 1);
        return new Scoring(request, sequences, engine);
    }
}
