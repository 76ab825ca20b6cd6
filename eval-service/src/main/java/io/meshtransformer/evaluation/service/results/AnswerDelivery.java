package io.meshtransformer.evaluation.service.results;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.EvaluationResult;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.evaluation.service.control.ControlPlane;
import io.meshtransformer.evaluation.service.control.News;
import io.meshtransformer.evaluation.service.control.Persistence;
import io.meshtransformer.evaluation.service.control.RequestId;
import io.meshtransformer.evaluation.service.evaluation.Input;
import io.meshtransformer.evaluation.service.store.Database;
import io.meshtransformer.evaluation.service.store.Database.Change;
import io.meshtransformer.evaluation.service.store.Database.DatabaseException;
import io.meshtransformer.evaluation.service.store.IdentityStore;
import io.meshtransformer.evaluation.service.store.IdentityStore.Source;
import io.meshtransformer.evaluation.service.store.RefusalStore;
import io.meshtransformer.evaluation.service.store.ReplayStore;
import io.meshtransformer.evaluation.service.work.Models;
import io.meshtransformer.messaging.BulkSender;
import io.meshtransformer.messaging.MessageTooLargeException;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Brings each answer where it belongs, which its id tells: nothing of what was asked is in memory. */
@Singleton
public final class AnswerDelivery {
    private static final Logger LOG = Logger.getLogger(AnswerDelivery.class);
    private static final CompletionStage<Void> DONE = CompletableFuture.completedFuture(null);

    private final Database database;
    private final IdentityStore identities;
    private final RefusalStore refusals;
    private final ReplayStore replays;
    private final ControlPlane controlPlane;
    private final Models models;
    private final BulkSender sender;
    private final Persistence persistence;
    private final News news;
    private final InstantSource clock;
    private final Map<Integer, Source> sources = new ConcurrentHashMap<>();
    private final GeneratedTexts texts = new GeneratedTexts();

    AnswerDelivery(
            Database database,
            IdentityStore identities,
            RefusalStore refusals,
            ReplayStore replays,
            ControlPlane controlPlane,
            Models models,
            BulkSender sender,
            Persistence persistence,
            News news,
            InstantSource clock) {
        this.database = database;
        this.identities = identities;
        this.refusals = refusals;
        this.replays = replays;
        this.controlPlane = controlPlane;
        this.models = models;
        this.sender = sender;
        this.persistence = persistence;
        this.news = news;
        this.clock = clock;
    }

    /** @return done when it is there for good; it fails where that can never be ({@link MessageTooLargeException}) */
    CompletionStage<Void> deliver(AnswerEvent event) {
        return switch (RequestId.of(event.requestId())) {
            case RequestId.OfDocument(var source, var hash) -> ofDocument(source, hash, event);
            case RequestId.OfModel(var evaluation) -> ofModel(evaluation, event);
            case RequestId.OfCheckpoint(var evaluation) -> ofCheckpoint(evaluation, event);
            case RequestId.Replay _ -> ofReplay(event);
            case RequestId.Unknown _ -> passedOver(event);
        };
    }

    private CompletionStage<Void> ofDocument(int source, String hash, AnswerEvent event) {
        return switch (event) {
            case AnswerEvent.ScoreCompleted scored -> result(source, hash, scores(scored), null);
            case AnswerEvent.TokenGenerated token -> texts.add(token);
            case AnswerEvent.ChoiceFinished finished ->
                texts.finish(finished, text -> result(source, hash, null, text));
            case AnswerEvent.GenerationCompleted _ -> DONE;
            case AnswerEvent.Failed failed -> {
                texts.drop(failed.requestId());
                yield stored(connection -> refusals.add(connection, hash, failed));
            }
            case AnswerEvent other -> passedOver(other);
        };
    }

    private static List<EvaluationResult.Score> scores(AnswerEvent.ScoreCompleted scored) {
        return scored.scores().stream()
                .map(score -> new EvaluationResult.Score(score.logprob(), score.greedy()))
                .toList();
    }

    private CompletionStage<Void> result(int source, String hash, List<EvaluationResult.Score> scores, String text) {
        Optional<Source> known;
        try {
            known = source(source);
        } catch (DatabaseException _) {
            // This service ends; what is never done comes again to another one.
            return new CompletableFuture<>();
        }
        if (known.isEmpty()) {
            LOG.warnf("an answer is passed over: nobody here knows what the identity %d was", source);
            return DONE;
        }
        var result = new EvaluationResult(
                hash,
                known.get().identity(),
                known.get().tokenizerHash(),
                scores,
                text,
                clock.instant().truncatedTo(ChronoUnit.MILLIS));
        return sent(hash, result);
    }

    private Optional<Source> source(int id) {
        var known = sources.get(id);
        if (known != null) {
            return Optional.of(known);
        }
        var found = persistence.untilItIsThere(() -> database.read(connection -> identities.numbered(connection, id)));
        found.ifPresent(source -> sources.put(id, source));
        return found;
    }

    /** Until the broker has it; what it will never take is a refusal of the request. */
    private CompletionStage<Void> sent(String hash, EvaluationResult result) {
        return sender.sendEvent(Topics.EVALUATION_RESULTS, hash, result)
                .exceptionallyComposeAsync(failure -> MessageTooLargeException.in(failure)
                        .map(tooLarge -> refused(hash, tooLarge))
                        .orElseGet(() -> CompletableFuture.runAsync(
                                        () -> {}, CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS))
                                .thenCompose(_ -> sent(hash, result))));
    }

    private CompletionStage<Void> refused(String hash, MessageTooLargeException tooLarge) {
        var why = new AnswerEvent.Failed(hash, FailureCode.INVALID_REQUEST, tooLarge.getMessage(), null);
        return stored(connection -> refusals.add(connection, hash, why))
                .thenCompose(_ -> CompletableFuture.failedStage(tooLarge));
    }

    private CompletionStage<Void> ofModel(long evaluation, AnswerEvent event) {
        return switch (event) {
            case AnswerEvent.ModelServed(var _, var served) -> {
                var offered = models.named(served.model());
                if (offered.isPresent() && offered.get().tokenizerHash().isPresent()) {
                    yield changed(() -> controlPlane.served(
                            evaluation, served, offered.get().tokenizerHash().get()));
                }
                var why = "'" + served.model() + "' is served, and its tokenizer is not here; here are "
                        + String.join(", ", models.names());
                yield changed(() -> controlPlane.met(evaluation, new Input.ModelMissing(why)));
            }
            // Asked again when its time comes.
            case AnswerEvent.Failed failed when failed.code().retryable() -> DONE;
            case AnswerEvent.Failed failed ->
                changed(() -> controlPlane.met(evaluation, new Input.ModelMissing(failed.message())));
            case AnswerEvent other -> passedOver(other);
        };
    }

    private CompletionStage<Void> ofCheckpoint(long evaluation, AnswerEvent event) {
        return switch (event) {
            case AnswerEvent.RunsDescribed _ -> DONE;
            case AnswerEvent.Failed failed when failed.code() == FailureCode.INTERNAL_ERROR -> DONE;
            case AnswerEvent.Failed failed ->
                changed(() -> controlPlane.met(evaluation, new Input.CheckpointGone(failed.message())));
            case AnswerEvent other -> passedOver(other);
        };
    }

    private CompletionStage<Void> ofReplay(AnswerEvent event) {
        return switch (event) {
            case AnswerEvent.TokenGenerated token -> texts.add(token);
            case AnswerEvent.ChoiceFinished finished ->
                texts.finish(finished, text -> stored(connection -> replays.add(connection, whole(finished, text))));
            case AnswerEvent.GenerationCompleted _ -> DONE;
            case AnswerEvent other -> {
                texts.drop(other.requestId());
                yield stored(connection -> replays.add(connection, other));
            }
        };
    }

    private static AnswerEvent whole(AnswerEvent.ChoiceFinished finished, String text) {
        return new AnswerEvent.ChoiceFinished(
                finished.requestId(),
                finished.choice(),
                finished.tokens(),
                text,
                finished.reason(),
                finished.cumulativeLogprob());
    }

    private CompletionStage<Void> stored(Change change) {
        return changed(() -> {
            database.change(change);
            news.resultsCame();
        });
    }

    private CompletionStage<Void> changed(Runnable change) {
        try {
            persistence.untilItIsThere(() -> {
                change.run();
                return null;
            });
            return DONE;
        } catch (DatabaseException _) {
            // This service ends; what is never done comes again to another one.
            return new CompletableFuture<>();
        }
    }

    private static CompletionStage<Void> passedOver(AnswerEvent event) {
        LOG.warnf(
                "an answer '%s' to %s is passed over: nobody here asked for it",
                event.getClass().getSimpleName(), event.requestId());
        return DONE;
    }
}
