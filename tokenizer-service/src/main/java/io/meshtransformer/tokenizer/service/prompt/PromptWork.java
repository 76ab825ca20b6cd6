package io.meshtransformer.tokenizer.service.prompt;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.PromptRequest;
import io.meshtransformer.contracts.RequestRefusedException;
import io.meshtransformer.contracts.TokenIds;
import io.meshtransformer.tokenizer.service.model.ServedModel;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** What this service does with a request, apart from where it comes from and goes to. Thread-safe. */
public final class PromptWork {
    private final ServedModel model;
    private final TextLimits limits;
    private final InstantSource clock;
    private final Encoder encoder;
    private final Completions completions;
    private final Scores scores;

    public PromptWork(ServedModel model, TextLimits limits, InstantSource clock) {
        this.model = requireNonNull(model, "model is null");
        this.limits = requireNonNull(limits, "limits is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.encoder = new Encoder(model, limits);
        this.completions = new Completions(model, encoder);
        this.scores = new Scores(model, encoder, limits);
    }

    /** Never fails for a request that can't be served: then the outcome is the answer that says so. */
    public Outcome outcome(PromptRequest request) {
        try {
            return switch (request) {
                case PromptRequest.Complete complete -> {
                    requireServed(complete.model());
                    requireInTime(complete.deadline());
                    yield completions.forward(complete);
                }
                case PromptRequest.Score score -> {
                    requireServed(score.model());
                    requireInTime(score.deadline());
                    yield scores.forward(score);
                }
                case PromptRequest.Tokenize tokenize -> {
                    requireServed(tokenize.model());
                    yield new Outcome.Answer(tokenize(tokenize));
                }
                case PromptRequest.Detokenize detokenize -> {
                    requireServed(detokenize.model());
                    yield new Outcome.Answer(detokenize(detokenize));
                }
                case PromptRequest.DescribeModels describe ->
                    new Outcome.Answer(
                            new AnswerEvent.ModelsDescribed(describe.requestId(), List.of(model.description())));
            };
        } catch (RequestRefusedException e) {
            return new Outcome.Answer(e.asAnswer(request.requestId()));
        }
    }

    private AnswerEvent tokenize(PromptRequest.Tokenize request) throws RequestRefusedException {
        var ids = encoder.encode(request.text(), "prompt");
        if (request.addSpecialTokens()) {
            ids = encoder.tokenizer("prompt").withSpecialTokens(ids);
        }
        return new AnswerEvent.Tokenized(request.requestId(), TokenIds.of(ids));
    }

    private AnswerEvent detokenize(PromptRequest.Detokenize request) throws RequestRefusedException {
        var tokenizer = encoder.tokenizer("tokens");
        var ids = request.ids().toArray();
        encoder.requireKnown(ids, "tokens");
        var bytes = tokenizer.byteCount(ids);
        if (bytes > limits.textBytes()) {
            throw RequestRefusedException.invalid(
                    "'tokens' stand for %d bytes of text, at most %d are given at once"
                            .formatted(bytes, limits.textBytes()),
                    "tokens");
        }
        return new AnswerEvent.Detokenized(request.requestId(), tokenizer.decode(ids));
    }

    private void requireServed(String name) throws RequestRefusedException {
        if (!name.equals(model.name())) {
            throw new RequestRefusedException(
                    FailureCode.MODEL_NOT_FOUND,
                    "the model '%s' is not served here, '%s' is".formatted(name, model.name()),
                    "model");
        }
    }

    private void requireInTime(Instant deadline) throws RequestRefusedException {
        var now = clock.instant();
        if (deadline != null && !now.isBefore(deadline)) {
            throw new RequestRefusedException(
                    FailureCode.DEADLINE_EXCEEDED,
                    "the deadline, %s, passed %d ms before the prompt's turn came"
                            .formatted(deadline, Duration.between(deadline, now).toMillis()),
                    null);
        }
    }
}
