package io.meshtransformer.tokenizer.service.prompt;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.PromptRequest;
import io.meshtransformer.contracts.RequestRefusedException;
import io.meshtransformer.serving.OfferedModel;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** What this service does with a request, apart from where it comes from and goes to. Thread-safe. */
public final class PromptWork {
    private final TextLimits limits;
    private final InstantSource clock;
    private final MemoryBudget budget;
    private final ModelPrompts first;
    private volatile SequencedMap<String, ModelPrompts> models;

    /** @param model that is always served */
    public PromptWork(OfferedModel model, TextLimits limits, InstantSource clock) {
        this.limits = requireNonNull(limits, "limits is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.budget = Encoder.budget(limits);
        this.first = new ModelPrompts(requireNonNull(model, "model is null"), limits, budget);
        offer(List.of());
    }

    /** Serves these beside the first model, and no others from now on. */
    public void offer(List<OfferedModel> others) {
        var all = new LinkedHashMap<String, ModelPrompts>();
        others.forEach(model -> all.put(model.name(), new ModelPrompts(model, limits, budget)));
        all.putFirst(first.model().name(), first);
        models = Collections.unmodifiableSequencedMap(all);
    }

    /** Never fails for a request that can't be served: then the outcome is the answer that says so. */
    public Outcome outcome(PromptRequest request) {
        try {
            return switch (request) {
                case PromptRequest.Complete complete -> {
                    var model = served(complete.model());
                    requireInTime(complete.deadline());
                    yield model.complete(complete);
                }
                case PromptRequest.Score score -> {
                    var model = served(score.model());
                    requireInTime(score.deadline());
                    yield model.score(score);
                }
                case PromptRequest.Tokenize tokenize -> served(tokenize.model()).tokenize(tokenize);
                case PromptRequest.Detokenize detokenize ->
                    served(detokenize.model()).detokenize(detokenize);
                case PromptRequest.DescribeModels describe ->
                    new Outcome.Answer(new AnswerEvent.ModelsDescribed(
                            describe.requestId(),
                            models.values().stream()
                                    .map(prompts -> prompts.model().description())
                                    .toList()));
            };
        } catch (RequestRefusedException e) {
            return new Outcome.Answer(e.asAnswer(request.requestId()));
        }
    }

    private ModelPrompts served(String name) throws RequestRefusedException {
        var known = models;
        var model = known.get(name);
        if (model == null) {
            throw new RequestRefusedException(
                    FailureCode.MODEL_NOT_FOUND,
                    "the model '%s' is not served here; served: %s".formatted(name, String.join(", ", known.keySet())),
                    "model");
        }
        return model;
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
