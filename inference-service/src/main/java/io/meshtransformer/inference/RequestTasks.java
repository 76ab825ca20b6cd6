package io.meshtransformer.inference;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.contracts.InferenceRequest;
import io.meshtransformer.contracts.RequestRefusedException;
import io.meshtransformer.inference.generation.Generations;
import io.meshtransformer.inference.scheduler.Capacity;
import io.meshtransformer.inference.scheduler.Submission;
import io.meshtransformer.inference.scheduler.Task;
import io.meshtransformer.inference.scheduler.TaskFactory;
import io.meshtransformer.inference.scoring.Scorings;
import io.meshtransformer.inference.validation.RequestRules;

/** Makes the task of each kind of request. */
public final class RequestTasks implements TaskFactory {

    private final RequestRules rules;
    private final Generations generations;
    private final Scorings scorings;
    private final OtherModels others;

    /** What is said to a request for another model. */
    @FunctionalInterface
    public interface OtherModels {
        RequestRefusedException refusal(String asked);
    }

    public RequestTasks(RequestRules rules, Generations generations, Scorings scorings) {
        this(rules, generations, scorings, rules::notServed);
    }

    public RequestTasks(RequestRules rules, Generations generations, Scorings scorings, OtherModels others) {
        this.rules = requireNonNull(rules, "rules is null");
        this.generations = requireNonNull(generations, "generations is null");
        this.scorings = requireNonNull(scorings, "scorings is null");
        this.others = requireNonNull(others, "others is null");
    }

    @Override
    public Task create(Submission submission, Capacity.Share share) throws RequestRefusedException {
        if (!submission.request().model().equals(rules.model())) {
            throw others.refusal(submission.request().model());
        }
        return switch (submission.request()) {
            case InferenceRequest.Generate generate -> generations.create(generate, share);
            case InferenceRequest.Score score -> scorings.create(score, share);
            case InferenceRequest.Describe _ ->
                throw RequestRefusedException.invalid("'describe' is not answered by this service yet", "type");
        };
    }
}
