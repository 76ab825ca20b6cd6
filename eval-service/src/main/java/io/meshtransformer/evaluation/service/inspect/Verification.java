package io.meshtransformer.evaluation.service.inspect;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.EvaluationCommand;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.InferenceRequest;
import io.meshtransformer.contracts.ServedModel;
import io.meshtransformer.evaluation.protocol.ReadingModel;
import io.meshtransformer.evaluation.report.Receipt;
import io.meshtransformer.evaluation.report.ReceiptException;
import io.meshtransformer.evaluation.report.Results.TaskResults;
import io.meshtransformer.evaluation.report.SampledDocument;
import io.meshtransformer.evaluation.request.ModelAnswer;
import io.meshtransformer.evaluation.request.PreparedDocument;
import io.meshtransformer.evaluation.service.control.Refusal;
import io.meshtransformer.evaluation.service.work.Preparer;
import io.meshtransformer.evaluation.service.work.Requests;
import io.meshtransformer.evaluation.service.work.Tasks;
import io.meshtransformer.evaluation.task.Task.FewShot;
import io.meshtransformer.evaluation.task.TaskException;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Asks a model some of a receipt's documents again and compares. What the receipt's own identity answers must be the same
 * bits; another engine, dtype or model may be {@value #TOLERANCE} nats apart.
 */
@Singleton
public final class Verification {
    static final double TOLERANCE = 1e-3;
    private static final int MOST_FINDINGS = 100;

    private final Texts texts;
    private final Tasks tasks;
    private final Replays replays;

    Verification(Texts texts, Tasks tasks, Replays replays) {
        this.texts = texts;
        this.tasks = tasks;
        this.replays = replays;
    }

    /** What was seen so far. */
    private static final class Seen {
        private final List<String> findings = new ArrayList<>();
        private long documents;
        private double largest;

        void find(List<String> more) {
            findings.addAll(more.subList(0, Math.min(more.size(), MOST_FINDINGS - findings.size())));
        }
    }

    public AnswerEvent of(EvaluationCommand.Verify command) {
        var seen = new Seen();
        try {
            verify(Receipt.open(command.receipt()), command.sample(), seen);
        } catch (ReceiptException.Malformed e) {
            throw new Refusal(FailureCode.INVALID_REQUEST, e.getMessage(), "receipt");
        } catch (ReceiptException.Altered e) {
            seen.find(List.of(e.getMessage()));
        }
        return new AnswerEvent.ReceiptVerified(
                command.requestId(), seen.findings.isEmpty(), seen.documents, seen.largest, seen.findings);
    }

    private void verify(Receipt receipt, int sample, Seen seen) {
        var model = texts.model(receipt.settings().model());
        if (!model.tokenizerHash().orElseThrow().equals(receipt.tokenizerHash())) {
            seen.find(List.of(
                    "the tokenizer of '" + model.name() + "' is another: its hash was " + receipt.tokenizerHash()
                            + " and is " + model.tokenizerHash().orElseThrow()));
            return;
        }
        var served = served(model.name());
        var same = served.identity().equals(receipt.model().identity());
        if (!served.modelHash().equals(receipt.model().modelHash())) {
            seen.find(List.of("the weights of '" + model.name() + "' are others: their hash was "
                    + receipt.model().modelHash() + " and is " + served.modelHash()));
        }
        var reading = new ReadingModel(
                model.tokenizer().orElseThrow(), receipt.model().contextLength(), model.prefixId());
        for (var results : receipt.results().tasks()) {
            verify(receipt, results, reading, served, same ? 0 : TOLERANCE, sample, seen);
        }
    }

    private ServedModel served(String model) {
        var answer = replays.ask(List.of(id -> new InferenceRequest.Describe(id, model, null)))
                .getFirst();
        if (answer instanceof AnswerEvent.ModelServed(var _, var served)) {
            return served;
        }
        throw new IllegalStateException("asked what answers for '" + model + "' somebody said " + answer);
    }

    private void verify(
            Receipt receipt,
            TaskResults results,
            ReadingModel reading,
            ServedModel served,
            double tolerance,
            int sample,
            Seen seen) {
        var which = "'" + results.task() + "' under " + results.protocol().label() + ": ";
        var sampled = results.documents().sample();
        try {
            var task = tasks.named(results.task());
            if (!task.hash().equals(results.taskHash())) {
                seen.find(List.of(which + "the task's definition is another, its hash was " + results.taskHash()
                        + " and is " + task.hash()));
            }
            if (!task.dataHash().equals(results.dataHash())) {
                seen.find(List.of(which + "the documents are others, the hash of their file was " + results.dataHash()
                        + " and is " + task.dataHash()));
            }
            var fewShot = new FewShot(results.fewShot(), receipt.settings().fewShotSeed());
            for (var then : sampled.subList(0, Math.min(sample, sampled.size()))) {
                if (then.index() >= task.documents()) {
                    seen.find(List.of(which + "there is no document " + then.index() + " any more"));
                    continue;
                }
                try (var one = task.prepare(
                        Preparer.protocol(results.protocol()), reading, fewShot, then.index(), then.index() + 1)) {
                    var now = now(receipt, one.findFirst().orElseThrow(), served);
                    then.distance(now).ifPresent(distance -> seen.largest = Math.max(seen.largest, distance));
                    seen.find(then.differences(now, tolerance).stream()
                            .map(which::concat)
                            .toList());
                }
                seen.documents++;
            }
        } catch (TaskException e) {
            seen.find(List.of(which + e.getMessage()));
        }
    }

    private SampledDocument now(Receipt receipt, PreparedDocument document, ServedModel served) {
        var requests = document.requests().stream()
                .<Function<String, InferenceRequest>>map(
                        request -> id -> Requests.of(id, receipt.settings().model(), request, served.identity()))
                .toList();
        var answers = replays.ask(requests).stream().map(Verification::answer).toList();
        // As the receipt counts them: by what answered then.
        var hashes = document.requests().stream()
                .map(request -> request.hash(receipt.model().identity(), receipt.tokenizerHash()))
                .toList();
        return SampledDocument.of(document.index(), document.hash(), hashes, answers);
    }

    private static ModelAnswer answer(AnswerEvent event) {
        return switch (event) {
            case AnswerEvent.ScoreCompleted scored ->
                new ModelAnswer.Scores(scored.scores().stream()
                        .map(score -> new ModelAnswer.ContinuationScore(score.logprob(), score.greedy()))
                        .toList());
            case AnswerEvent.ChoiceFinished finished -> new ModelAnswer.Text(finished.text());
            case AnswerEvent other -> throw new IllegalStateException("asked for scores somebody said " + other);
        };
    }
}
