package io.meshtransformer.inference;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.InferenceRequest;
import io.meshtransformer.contracts.RequestRefusedException;
import io.meshtransformer.contracts.ServedModel;
import io.meshtransformer.inference.generation.Generations;
import io.meshtransformer.inference.scheduler.Capacity;
import io.meshtransformer.inference.scheduler.Submission;
import io.meshtransformer.inference.scheduler.TaskFactory;
import io.meshtransformer.inference.scoring.Scorings;
import io.meshtransformer.inference.validation.RequestRules;

/** Says what is to be done for each kind of request. */
public final class RequestTasks implements TaskFactory {

    private final RequestRules rules;
    private final Generations generations;
    private final Scorings scorings;
    private final OtherModels others;
    private final Identity identity;

    /** What is said to a request for another model. */
    @FunctionalInterface
    public interface OtherModels {
        RequestRefusedException refusal(String asked);
    }

    /** Who answers here. */
    @FunctionalInterface
    public interface Identity {
        /** @throws RequestRefusedException if it is not known; says why */
        ServedModel served() throws RequestRefusedException;
    }

    public RequestTasks(
            RequestRules rules, Generations generations, Scorings scorings, OtherModels others, Identity identity) {
        this.rules = requireNonNull(rules, "rules is null");
        this.generations = requireNonNull(generations, "generations is null");
        this.scorings = requireNonNull(scorings, "scorings is null");
        this.others = requireNonNull(others, "others is null");
        this.identity = requireNonNull(identity, "identity is null");
    }

    /** Whether the request can only be taken where it is known who answers. */
    public static boolean needsIdentity(InferenceRequest request) {
        return switch (request) {
            case InferenceRequest.Generate generate -> generate.identity() != null;
            case InferenceRequest.Score score -> score.identity() != null;
            case InferenceRequest.Describe _ -> true;
        };
    }

    @Override
    public Work create(Submission submission, Capacity.Share share) throws RequestRefusedException {
        if (!submission.request().model().equals(rules.model())) {
            throw others.refusal(submission.request().model());
        }
        return switch (submission.request()) {
            case InferenceRequest.Generate generate -> {
                requireIdentity(generate.identity());
                yield new Work.Run(generations.create(generate, share));
            }
            case InferenceRequest.Score score -> {
                requireIdentity(score.identity());
                yield new Work.Run(scorings.create(score, share));
            }
            case InferenceRequest.Describe describe ->
                new Work.Answer(new AnswerEvent.ModelServed(describe.requestId(), identity.served()));
        };
    }

    /** @param wanted by the request, or null */
    private void requireIdentity(String wanted) throws RequestRefusedException {
        if (wanted == null) {
            return;
        }
        var served = identity.served();
        if (!served.identity().equals(wanted)) {
            throw new RequestRefusedException(
                    FailureCode.MODEL_CHANGED,
                    "the request is for the identity %s, but '%s' is served with %s here (%s, %s)"
                            .formatted(wanted, served.model(), served.identity(), served.engine(), served.dtype()),
                    "identity");
        }
    }
}
