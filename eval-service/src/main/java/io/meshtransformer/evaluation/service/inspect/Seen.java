package io.meshtransformer.evaluation.service.inspect;

import io.meshtransformer.contracts.EvaluatedDocument;
import io.meshtransformer.contracts.EvaluatedDocument.Choice;
import io.meshtransformer.contracts.EvaluatedDocument.View;
import io.meshtransformer.contracts.EvaluationProtocol;
import io.meshtransformer.evaluation.metric.Judgement;
import io.meshtransformer.evaluation.protocol.ProtocolDifferences;
import io.meshtransformer.evaluation.protocol.ReadingModel;
import io.meshtransformer.evaluation.request.ModelAnswer;
import io.meshtransformer.evaluation.request.ModelRequest;
import io.meshtransformer.evaluation.request.PreparedDocument;
import io.meshtransformer.evaluation.service.store.JudgedDocument;
import io.meshtransformer.evaluation.task.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A document under one protocol.
 *
 * @param answers to its requests, in their order
 */
record Seen(
        EvaluationProtocol protocol,
        Task task,
        PreparedDocument prepared,
        JudgedDocument judged,
        List<ModelAnswer> answers) {
    /**
     * @param views of one document, one for each protocol
     * @param reading what the model reads with
     */
    static EvaluatedDocument document(List<Seen> views, ReadingModel reading) {
        var first = views.getFirst().judged();
        return new EvaluatedDocument(
                first.index(), first.hash(), views.stream().map(Seen::view).toList(), differences(views, reading));
    }

    private static List<String> differences(List<Seen> views, ReadingModel reading) {
        var harness = under(EvaluationProtocol.HARNESS, views);
        var mtj = under(EvaluationProtocol.MTJ_2021, views);
        return harness.isPresent() && mtj.isPresent()
                ? ProtocolDifferences.between(harness.get(), mtj.get(), reading)
                : List.of();
    }

    private static Optional<PreparedDocument> under(EvaluationProtocol protocol, List<Seen> views) {
        return views.stream()
                .filter(view -> view.protocol() == protocol)
                .map(Seen::prepared)
                .findFirst();
    }

    private View view() {
        var contexts = new ArrayList<String>();
        var choices = new ArrayList<Choice>();
        for (var i = 0; i < answers.size(); i++) {
            switch (prepared.requests().get(i)) {
                case ModelRequest.Score score -> {
                    contexts.add(score.context());
                    choices.addAll(choices(i, score, (ModelAnswer.Scores) answers.get(i)));
                }
                case ModelRequest.Generate generate -> {
                    contexts.add(generate.context());
                    choices.add(new Choice(i, ((ModelAnswer.Text) answers.get(i)).text(), null, null, null));
                }
            }
        }
        return new View(protocol, contexts, choices, gold(), target(), metrics());
    }

    private static List<Choice> choices(int context, ModelRequest.Score request, ModelAnswer.Scores answer) {
        var choices = new ArrayList<Choice>();
        for (var i = 0; i < request.continuations().size(); i++) {
            var score = answer.scores().get(i);
            choices.add(new Choice(
                    context,
                    request.continuations().get(i),
                    request.continuationIds().get(i).length,
                    score.logprob(),
                    score.greedy()));
        }
        return choices;
    }

    private Integer gold() {
        return judged.judgement() instanceof Judgement.MultipleChoice choice ? choice.gold() : null;
    }

    private String target() {
        return switch (judged.judgement()) {
            case Judgement.MultipleChoice _, Judgement.Rolling _ -> null;
            case Judgement.Target _ ->
                prepared.requests().getFirst() instanceof ModelRequest.Score score
                        ? score.continuations().getFirst()
                        : null;
            case Judgement.Exact exact -> exact.targets().getFirst();
        };
    }

    /** What the document alone would give. */
    private TreeMap<String, Double> metrics() {
        var metrics = new TreeMap<String, Double>();
        for (var metric : task.metrics()) {
            metrics.put(metric.name(), Math.min(metric.value(List.of(judged.outcome())), Double.MAX_VALUE));
        }
        return metrics;
    }
}
