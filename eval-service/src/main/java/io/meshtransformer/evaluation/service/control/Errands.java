package io.meshtransformer.evaluation.service.control;

import io.meshtransformer.contracts.InferenceRequest;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.contracts.TrainingCommand;
import io.meshtransformer.evaluation.service.evaluation.Action;
import io.meshtransformer.messaging.MessageSender;
import io.meshtransformer.messaging.ReplyAddress;
import jakarta.inject.Singleton;
import java.util.List;

/** Does what is to be done for evaluations. What does not arrive is done again when its time has come. */
@Singleton
public final class Errands {
    private final MessageSender sender;

    Errands(MessageSender sender) {
        this.sender = sender;
    }

    void run(List<Action> actions) {
        for (var action : actions) {
            switch (action) {
                case Action.Publish(var evaluation, var checkpoint) -> {
                    var id = new RequestId.OfCheckpoint(evaluation).text();
                    sender.send(
                            Topics.TRAINING_COMMANDS,
                            id,
                            new TrainingCommand.PublishCheckpoint(id, checkpoint.run(), checkpoint.step()),
                            answersOf(id));
                }
                case Action.Describe(var evaluation, var model, var deadline) -> {
                    var id = new RequestId.OfModel(evaluation).text();
                    sender.send(Topics.BATCH, id, new InferenceRequest.Describe(id, model, deadline), answersOf(id));
                }
            }
        }
    }

    /**
     * Any partition will do: every instance reads some, and what is answered says to what. Answers that a model has at the
     * same time travel together where they go to the same one.
     *
     * @param what is asked together
     */
    public static ReplyAddress answersOf(Object what) {
        // Chunks begin at multiples of a number.
        var spread = what.hashCode() * 0x9e3779b9 >>> 16;
        return new ReplyAddress(Topics.EVALUATION_ANSWERS.name(), spread % Topics.EVALUATION_ANSWERS.partitions());
    }
}
