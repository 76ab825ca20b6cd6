package io.meshtransformer.gateway.suite;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.RunDescription;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.contracts.TrainingCommand;
import io.meshtransformer.contracts.TrainingEvent;
import io.meshtransformer.messaging.AnswerSender;
import io.meshtransformer.messaging.IncomingRequest;
import io.meshtransformer.messaging.MessageSender;
import io.meshtransformer.messaging.RequestReader;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.reactive.messaging.Acknowledgment;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * Stands in the place of training-service in tests, on the real topics: answers commands, and its runs do what a test
 * tells. A command about the run {@link #SILENT} is not answered.
 */
@ApplicationScoped
public class ScriptedTraining {
    public static final String SILENT = "silent";

    private final RequestReader reader;
    private final AnswerSender answers;
    private final MessageSender sender;
    private final Map<String, ScriptedRun> runs = new ConcurrentHashMap<>();

    ScriptedTraining(RequestReader reader, AnswerSender answers, MessageSender sender) {
        this.reader = reader;
        this.answers = answers;
        this.sender = sender;
    }

    /** Something happens to a run that was submitted; returns when the event stands in the log. */
    public void happens(TrainingEvent event) {
        runs.get(event.run()).apply(event);
        tell(event);
    }

    private void tell(TrainingEvent event) {
        sender.send(Topics.TRAINING_EVENTS, event.run(), event)
                .toCompletableFuture()
                .join();
    }

    @Incoming("training-commands")
    @Acknowledgment(Acknowledgment.Strategy.MANUAL)
    CompletionStage<Void> take(Message<byte[]> message) {
        reader.read(message, Topics.TRAINING_COMMANDS, TrainingCommand.class)
                .ifPresent(incoming -> Thread.ofVirtual().start(() -> answer(incoming)));
        return CompletableFuture.completedStage(null);
    }

    private void answer(IncomingRequest<TrainingCommand> incoming) {
        var id = incoming.message().requestId();
        var answer =
                switch (incoming.message()) {
                    case TrainingCommand.SubmitRun submit -> submit(submit);
                    case TrainingCommand.ListRuns _ -> described(id, runs.values());
                    case TrainingCommand.DescribeRun describe -> about(id, describe.run(), null);
                    case TrainingCommand.CancelRun cancel ->
                        about(id, cancel.run(), new TrainingEvent.RunCancelled(cancel.run(), 1, Instant.now()));
                    case TrainingCommand.ResumeRun resume ->
                        about(id, resume.run(), new TrainingEvent.RunQueued(resume.run(), 1, Instant.now()));
                    case TrainingCommand.PublishCheckpoint publish -> publish(publish);
                    case TrainingCommand.ReadHistory history ->
                        runs.containsKey(history.run())
                                ? new AnswerEvent.RunHistory(
                                        id,
                                        history.run(),
                                        runs.get(history.run()).curve(history))
                                : unknown(id, history.run());
                };
        if (answer != null) {
            answers.send(incoming.replyTo(), List.of(answer));
        }
        incoming.done().run();
    }

    private AnswerEvent submit(TrainingCommand.SubmitRun submit) {
        var run = new ScriptedRun(submit.configuration());
        var known = runs.putIfAbsent(submit.run(), run);
        if (known != null && !known.description().configuration().equals(submit.configuration())) {
            return new AnswerEvent.Failed(
                    submit.requestId(), FailureCode.RUN_CONFLICT, "batch was 8 and is now 4", "configuration");
        }
        if (submit.configuration().text("stepps") != null) {
            runs.remove(submit.run());
            return new AnswerEvent.Failed(
                    submit.requestId(), FailureCode.INVALID_REQUEST, "stepps is no key", "configuration");
        }
        if (known == null) {
            tell(new TrainingEvent.RunAccepted(submit.run(), 0, Instant.now(), submit.configuration()));
        }
        return about(submit.requestId(), submit.run(), null);
    }

    private AnswerEvent publish(TrainingCommand.PublishCheckpoint publish) {
        var run = runs.get(publish.run());
        var checkpoint = run == null ? null : run.checkpoint(publish.step());
        return checkpoint == null
                ? new AnswerEvent.Failed(
                        publish.requestId(),
                        FailureCode.CHECKPOINT_NOT_FOUND,
                        "the run has no checkpoint of step " + publish.step(),
                        "step")
                : about(publish.requestId(), publish.run(), checkpoint.published(Instant.now()));
    }

    /** @param event that the command brings about, or null */
    private AnswerEvent about(String requestId, String name, TrainingEvent event) {
        if (name.equals(SILENT)) {
            return null;
        }
        if (!runs.containsKey(name)) {
            return unknown(requestId, name);
        }
        if (event != null) {
            happens(event);
        }
        return described(requestId, List.of(runs.get(name)));
    }

    private static AnswerEvent unknown(String requestId, String run) {
        return new AnswerEvent.Failed(
                requestId, FailureCode.RUN_NOT_FOUND, "There is no run '%s'".formatted(run), "run");
    }

    private static AnswerEvent described(String requestId, Collection<ScriptedRun> runs) {
        return new AnswerEvent.RunsDescribed(
                requestId,
                runs.stream()
                        .map(ScriptedRun::description)
                        .sorted(Comparator.comparing(RunDescription::created).reversed())
                        .toList());
    }
}
