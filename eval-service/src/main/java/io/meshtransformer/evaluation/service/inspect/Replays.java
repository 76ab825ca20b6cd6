package io.meshtransformer.evaluation.service.inspect;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.InferenceRequest;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.evaluation.service.control.Errands;
import io.meshtransformer.evaluation.service.control.EvaluationConfiguration;
import io.meshtransformer.evaluation.service.control.News;
import io.meshtransformer.evaluation.service.control.Refusal;
import io.meshtransformer.evaluation.service.control.RequestId;
import io.meshtransformer.evaluation.service.store.Database;
import io.meshtransformer.evaluation.service.store.ReplayStore;
import io.meshtransformer.messaging.MessageSender;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Asks models and waits for what they answer, without a look at what was answered before. Any instance may read an answer: it
 * comes by way of the database.
 */
@Singleton
final class Replays {
    private static final Duration LOOK = Duration.ofMillis(100);

    private final MessageSender sender;
    private final Database database;
    private final ReplayStore replays;
    private final InstantSource clock;
    private final Duration patience;
    private final News news;

    Replays(
            MessageSender sender,
            Database database,
            ReplayStore replays,
            InstantSource clock,
            EvaluationConfiguration configuration,
            News news) {
        this.sender = sender;
        this.database = database;
        this.replays = replays;
        this.clock = clock;
        this.patience = configuration.silence();
        this.news = news;
    }

    /**
     * @param requests each made of its id
     * @return the answers, in the order of the requests
     * @throws Refusal if one is refused, or nothing comes for longer than {@code mtj.evaluation.silence}
     */
    List<AnswerEvent> ask(List<Function<String, InferenceRequest>> requests) {
        var answers = new LinkedHashMap<String, AnswerEvent>();
        var asked = new HashMap<String, InferenceRequest>();
        for (var request : requests) {
            var id = RequestId.Replay.fresh().text();
            answers.put(id, null);
            asked.put(id, request.apply(id));
        }
        asked.forEach((id, request) -> sender.send(Topics.BATCH, id, request, Errands.answersOf(id))
                .toCompletableFuture()
                .join());
        await(answers);
        return List.copyOf(answers.values());
    }

    private void await(Map<String, AnswerEvent> answers) {
        var ear = news.earForResults();
        try {
            var heard = clock.instant();
            while (answers.containsValue(null)) {
                var open = answers.keySet().stream()
                        .filter(id -> answers.get(id) == null)
                        .toList();
                var found = database.read(connection -> replays.take(connection, open));
                for (var answer : found) {
                    if (answer instanceof AnswerEvent.Failed failed) {
                        throw new Refusal(failed.code(), failed.message(), "receipt");
                    }
                    answers.put(answer.requestId(), answer);
                }
                var now = clock.instant();
                if (!found.isEmpty()) {
                    heard = now;
                } else if (heard.plus(patience).isBefore(now)) {
                    throw new Refusal(
                            FailureCode.DEADLINE_EXCEEDED,
                            open.size() + " of " + answers.size() + " requests had no answer for " + patience,
                            "receipt");
                } else {
                    ear.await(LOOK);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while answers are waited for", e);
        } finally {
            news.leave(ear);
        }
    }
}
