package io.meshtransformer.evaluation.service.survival;

import io.meshtransformer.contracts.EvaluationSettings;
import io.meshtransformer.evaluation.protocol.Protocol;
import io.meshtransformer.evaluation.protocol.ReadingModel;
import io.meshtransformer.evaluation.request.ModelRequest;
import io.meshtransformer.evaluation.service.support.Direct;
import io.meshtransformer.evaluation.task.Task.FewShot;
import java.util.HashMap;

/**
 * Tokens that a model must read for an evaluation's requests, each of which is asked once. Nothing follows the last token of
 * a continuation, so it is never read.
 *
 * @param shared where a context is read once, and each continuation after it
 * @param alone where each continuation has its context read anew
 */
record TokensNeeded(long shared, long alone) {
    static TokensNeeded by(EvaluationSettings settings) {
        var requests = new HashMap<String, ModelRequest.Score>();
        for (var name : settings.tasks()) {
            for (var protocol : settings.protocols()) {
                var task = Direct.task(name);
                var fewShot = new FewShot(task.fewShot(), settings.fewShotSeed());
                try (var documents =
                        task.prepare(Protocol.valueOf(protocol.name()), reading(), fewShot, 0, task.documents())) {
                    documents
                            .flatMap(document -> document.requests().stream())
                            .map(ModelRequest.Score.class::cast)
                            .forEach(request -> requests.put(request.hash("model", "tokenizer"), request));
                }
            }
        }
        var needed = new TokensNeeded(0, 0);
        for (var request : requests.values()) {
            needed = needed.and(request);
        }
        return needed;
    }

    private static ReadingModel reading() {
        var model = Direct.stories();
        return new ReadingModel(model.tokenizer().orElseThrow(), model.config().contextLength(), model.prefixId());
    }

    private TokensNeeded and(ModelRequest.Score request) {
        long context = request.contextIds().length;
        long continuations = request.continuationIds().stream()
                .mapToLong(ids -> ids.length - 1)
                .sum();
        return new TokensNeeded(
                shared + context + continuations,
                alone + context * request.continuationIds().size() + continuations);
    }
}
