package io.meshtransformer.training.service.control;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.TrainingCommand;
import io.meshtransformer.messaging.AnswerSender;
import io.meshtransformer.messaging.IncomingRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jboss.logging.Logger;

/** Does what a command says, and answers. A command that comes a second time changes nothing more. */
@ApplicationScoped
public class Commands {
    private static final Logger LOG = Logger.getLogger(Commands.class);

    private final ControlPlane controlPlane;
    private final Inquiries inquiries;
    private final AnswerSender answers;
    private final TrainingConfiguration configuration;

    Commands(
            ControlPlane controlPlane, Inquiries inquiries, AnswerSender answers, TrainingConfiguration configuration) {
        this.controlPlane = controlPlane;
        this.inquiries = inquiries;
        this.answers = answers;
        this.configuration = configuration;
    }

    void work(IncomingRequest<TrainingCommand> request) {
        answers.send(request.replyTo(), answer(request.message())).thenRun(request.done());
    }

    private AnswerEvent answer(TrainingCommand command) {
        try {
            return switch (command) {
                case TrainingCommand.SubmitRun submit -> submit(submit);
                case TrainingCommand.CancelRun cancel -> cancel(cancel);
                case TrainingCommand.ResumeRun resume -> resume(resume);
                case TrainingCommand.PublishCheckpoint publish -> publish(publish);
                case TrainingCommand.ListRuns list -> new AnswerEvent.RunsDescribed(list.requestId(), inquiries.list());
                case TrainingCommand.DescribeRun describe -> run(describe, describe.run());
                case TrainingCommand.ReadHistory history ->
                    new AnswerEvent.RunHistory(
                            history.requestId(),
                            history.run(),
                            inquiries.history(history.run(), history.fromStep(), history.limit()));
            };
        } catch (Refusal e) {
            return e.asAnswer(command.requestId());
        } catch (RuntimeException e) {
            LOG.errorf(e, "command %s failed", command.requestId());
            return new AnswerEvent.Failed(
                    command.requestId(),
                    FailureCode.INTERNAL_ERROR,
                    "the command could not be carried out, by a fault of this service",
                    null);
        }
    }

    private AnswerEvent run(TrainingCommand command, String name) {
        return new AnswerEvent.RunsDescribed(command.requestId(), List.of(inquiries.describe(name)));
    }

    private AnswerEvent submit(TrainingCommand.SubmitRun submit) {
        controlPlane.submit(Submissions.read(submit.configuration(), configuration.directory()));
        return run(submit, submit.run());
    }

    private AnswerEvent cancel(TrainingCommand.CancelRun cancel) {
        controlPlane.cancel(cancel.run());
        return run(cancel, cancel.run());
    }

    private AnswerEvent resume(TrainingCommand.ResumeRun resume) {
        controlPlane.resume(resume.run());
        return run(resume, resume.run());
    }

    private AnswerEvent publish(TrainingCommand.PublishCheckpoint publish) {
        controlPlane.publish(publish.run(), publish.step());
        return run(publish, publish.run());
    }
}
