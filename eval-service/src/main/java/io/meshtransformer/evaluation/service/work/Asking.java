package io.meshtransformer.evaluation.service.work;

import io.meshtransformer.contracts.GenerationOptions;
import io.meshtransformer.contracts.InferenceRequest;
import io.meshtransformer.contracts.Sampling;
import io.meshtransformer.contracts.TokenIds;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.evaluation.request.ModelRequest;
import io.meshtransformer.evaluation.service.control.ControlPlane;
import io.meshtransformer.evaluation.service.control.Errands;
import io.meshtransformer.evaluation.service.control.EvaluationConfiguration;
import io.meshtransformer.evaluation.service.control.Instance;
import io.meshtransformer.evaluation.service.control.News;
import io.meshtransformer.evaluation.service.control.RequestId;
import io.meshtransformer.evaluation.service.evaluation.Input;
import io.meshtransformer.evaluation.service.store.ChunkStore;
import io.meshtransformer.evaluation.service.store.ChunkStore.ChunkKey;
import io.meshtransformer.evaluation.service.store.Database;
import io.meshtransformer.evaluation.service.store.Database.DatabaseException;
import io.meshtransformer.evaluation.service.store.DocumentStore;
import io.meshtransformer.evaluation.service.store.EvaluationRow;
import io.meshtransformer.evaluation.service.store.EvaluationStore;
import io.meshtransformer.evaluation.service.store.JudgedDocument;
import io.meshtransformer.evaluation.service.store.RefusalStore;
import io.meshtransformer.evaluation.service.store.RefusalStore.RefusedRequest;
import io.meshtransformer.evaluation.service.store.ResultStore;
import io.meshtransformer.messaging.MessageSender;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Asks models, and judges documents when what was asked has its results. One thread goes round and round: what came is
 * taken, judged and written, and as much is sent as there is room for.
 */
@Singleton
public final class Asking {
    private static final Logger LOG = Logger.getLogger(Asking.class);
    /** Results that another instance wrote are found after this time. */
    private static final Duration LOOK = Duration.ofMillis(100);

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    /** By a fault of a service, after which it is taken for lasting. */
    private static final int MOST_FAULTS = 8;

    private final Database database;
    private final EvaluationStore evaluations;
    private final ChunkStore chunks;
    private final DocumentStore documents;
    private final ResultStore results;
    private final RefusalStore refusals;
    private final ControlPlane controlPlane;
    private final MessageSender sender;
    private final WorkMetrics metrics;
    private final Instance instance;
    private final EvaluationConfiguration configuration;
    private final InstantSource clock;
    private final News news;
    private final News.Ear ear;

    private final Window window;
    private final BlockingQueue<OpenChunk> arriving = new LinkedBlockingQueue<>();
    private final Semaphore room;
    /** Chunks whose leases are renewed, from their claim on. */
    private final Set<ChunkKey> held = ConcurrentHashMap.newKeySet();
    /** Hashes of requests that the broker did not take. */
    private final Queue<String> unsent = new ConcurrentLinkedQueue<>();

    private volatile Map<Long, Integer> chunksOf = Map.of();
    private volatile boolean stopping;
    private Instant renewed = Instant.MIN;
    private Instant heard = Instant.MIN;

    Asking(
            Database database,
            EvaluationStore evaluations,
            ChunkStore chunks,
            DocumentStore documents,
            ResultStore results,
            RefusalStore refusals,
            ControlPlane controlPlane,
            MessageSender sender,
            WorkMetrics metrics,
            Instance instance,
            EvaluationConfiguration configuration,
            InstantSource clock,
            News news) {
        this.database = database;
        this.evaluations = evaluations;
        this.chunks = chunks;
        this.documents = documents;
        this.results = results;
        this.refusals = refusals;
        this.controlPlane = controlPlane;
        this.sender = sender;
        this.metrics = metrics;
        this.instance = instance;
        this.configuration = configuration;
        this.clock = clock;
        this.news = news;
        this.ear = news.earForResults();
        this.window = new Window(configuration.inFlight());
        this.room = new Semaphore(configuration.preparers());
    }

    /** The chunk is claimed, and its documents are made into requests. */
    void hold(ChunkKey chunk) {
        held.add(chunk);
    }

    /** It is nobody's. */
    void letGo(ChunkKey chunk) {
        held.remove(chunk);
    }

    /** Waits until there is room for another chunk. */
    void add(OpenChunk chunk) throws InterruptedException {
        arriving.add(chunk);
        ear.wake();
        while (!stopping && !room.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
            // The chunk is seen at once, and the next one made when this one is needed.
        }
    }

    /** Requests of a chunk that had a result, and those that had none. */
    void count(int reused, int asked) {
        metrics.requests(reused, asked);
    }

    /** How many chunks this instance works on, by the evaluation's id. */
    Map<Long, Integer> chunksOf() {
        return chunksOf;
    }

    public void stop() {
        stopping = true;
        ear.wake();
    }

    /** Until it is stopped; then others may work on what is left. */
    public void run() {
        try {
            while (!stopping) {
                try {
                    step(clock.instant());
                    ear.await(LOOK);
                } catch (DatabaseException e) {
                    LOG.warnf("what was asked waits: %s", e.getMessage());
                    ear.await(AFTER_FAILURE);
                } catch (RuntimeException e) {
                    LOG.error("what was asked waits, by a fault of this service", e);
                    ear.await(AFTER_FAILURE);
                }
            }
            release();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (DatabaseException e) {
            LOG.warnf("leases end by themselves: %s", e.getMessage());
        }
    }

    private void step(Instant now) {
        dropWhatDoesNotRun();
        takeChunks();
        takeAnswers(now);
        judge();
        send(now);
        renew(now);
        chunksOf = window.chunksOf();
        metrics.window(window.sent());
    }

    private void dropWhatDoesNotRun() {
        var running = database.read(evaluations::running).stream()
                .collect(Collectors.toMap(EvaluationRow::id, Function.identity()));
        release(window.drop(chunk -> {
            var now = running.get(chunk.evaluation().id());
            return now == null || !now.served().identity().equals(chunk.source().identity());
        }));
    }

    private void release(List<ChunkKey> dropped) {
        if (!dropped.isEmpty()) {
            held.removeAll(dropped);
            database.change(connection -> chunks.release(connection, dropped, instance.owner()));
        }
    }

    private void release() {
        while (!arriving.isEmpty()) {
            window.add(arriving.remove());
        }
        release(window.drop(_ -> true));
    }

    private void takeChunks() {
        while (window.wantsMore() && !arriving.isEmpty()) {
            window.add(arriving.remove());
            room.release();
        }
    }

    private void takeAnswers(Instant now) {
        for (var hash = unsent.poll(); hash != null; hash = unsent.poll()) {
            var question = window.question(hash);
            if (question != null) {
                window.again(question, now.plus(AFTER_FAILURE));
            }
        }
        var waiting = window.waiting();
        if (waiting.isEmpty()) {
            heard = now;
            return;
        }
        var found = database.read(connection -> results.find(connection, waiting));
        window.answered(found);
        var refused = database.read(connection -> refusals.take(connection, waiting));
        var changed = new HashSet<Long>();
        refused.forEach(each -> take(each, changed, now));
        changed.forEach(evaluation -> controlPlane.met(evaluation, new Input.ModelChanged()));
        if (!found.isEmpty() || !refused.isEmpty()) {
            heard = now;
        } else if (heard.plus(configuration.silence()).isBefore(now)) {
            LOG.warnf("%d requests had no answer for %s and are asked again", waiting.size(), configuration.silence());
            window.allAgain(now);
            heard = now;
        }
    }

    /** @param changed evaluations of which something else answers for the model */
    private void take(RefusedRequest refused, Set<Long> changed, Instant now) {
        var question = window.question(refused.hash());
        if (question == null) {
            return;
        }
        var evaluation = question.evaluation();
        switch (refused.code()) {
            case MODEL_CHANGED, MODEL_NOT_FOUND -> changed.add(evaluation.id());
            case OVERLOADED, DEADLINE_EXCEEDED -> window.refused(question, now, pauseAfter(question.refusals()));
            case INTERNAL_ERROR, CANCELLED -> {
                if (question.refusals() + 1 < MOST_FAULTS) {
                    window.refused(question, now, pauseAfter(question.refusals()));
                } else {
                    controlPlane.met(
                            evaluation.id(),
                            new Input.Refused("a request was refused " + MOST_FAULTS + " times, the last time: "
                                    + refused.message()));
                }
            }
            case INVALID_REQUEST,
                    CONTEXT_LENGTH_EXCEEDED,
                    TOKENIZER_UNAVAILABLE,
                    RUN_NOT_FOUND,
                    RUN_CONFLICT,
                    CHECKPOINT_NOT_FOUND,
                    EVALUATION_NOT_FOUND,
                    EVALUATION_CONFLICT,
                    TASK_NOT_FOUND,
                    TASK_DATA_UNAVAILABLE -> controlPlane.met(evaluation.id(), new Input.Refused(refused.message()));
        }
    }

    private Duration pauseAfter(int refusals) {
        var pause = configuration.pause();
        for (var i = 0; i < refusals && pause.compareTo(LONGEST_PAUSE) < 0; i++) {
            pause = pause.multipliedBy(2);
        }
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    private void judge() {
        for (var chunk : window.answeredChunks()) {
            var answered =
                    chunk.documents().stream().filter(OpenDocument::answered).toList();
            var judged = judged(chunk, answered);
            var part = chunk.claim().part().id();
            int added = database.read(connection -> {
                if (!evaluations.takes(
                        connection, chunk.evaluation().id(), chunk.source().identity())) {
                    return -1;
                }
                var fresh = documents.add(connection, part, judged);
                chunks.judged(connection, chunk.claim().key(), fresh);
                return fresh;
            });
            if (added >= 0) {
                // Else it is dropped in the next round.
                if (window.judged(chunk, answered)) {
                    held.remove(chunk.claim().key());
                    news.evaluationsChanged();
                }
                metrics.documents(added);
            }
        }
    }

    /** None where one can't be: then the evaluation knows why. */
    private List<JudgedDocument> judged(OpenChunk chunk, List<OpenDocument> answered) {
        try {
            return answered.stream().map(OpenDocument::judge).toList();
        } catch (IllegalArgumentException e) {
            LOG.errorf(
                    e, "documents of %s cannot be judged", chunk.claim().part().task());
            controlPlane.met(
                    chunk.evaluation().id(),
                    new Input.Refused(
                            "a document of '" + chunk.claim().part().task() + "' cannot be judged: " + e.getMessage()));
            return List.of();
        }
    }

    private void send(Instant now) {
        var next = window.next(now);
        if (next.isEmpty()) {
            return;
        }
        // What a model said of them at another time is of no interest.
        database.change(connection -> refusals.take(
                connection, next.stream().map(Window.Question::hash).toList()));
        for (var question : next) {
            var id = new RequestId.OfDocument(question.source().id(), question.hash()).text();
            var request = request(id, question);
            sender.send(Topics.BATCH, id, request, Errands.answersOf(id)).exceptionally(_ -> {
                unsent.add(question.hash());
                return null;
            });
        }
    }

    private static InferenceRequest request(String id, Window.Question question) {
        return request(
                id,
                question.evaluation().settings().model(),
                question.request(),
                question.source().identity());
    }

    /** @param identity of what must answer */
    public static InferenceRequest request(String id, String model, ModelRequest request, String identity) {
        return switch (request) {
            case ModelRequest.Score score ->
                new InferenceRequest.Score(
                        id,
                        model,
                        TokenIds.of(score.contextIds()),
                        score.continuationIds().stream().map(TokenIds::of).toList(),
                        null,
                        identity);
            case ModelRequest.Generate generate ->
                new InferenceRequest.Generate(
                        id,
                        model,
                        TokenIds.of(generate.contextIds()),
                        new GenerationOptions(
                                generate.maxTokens(), 1, Sampling.greedy(), generate.until(), null, false, false),
                        null,
                        identity);
        };
    }

    private void renew(Instant now) {
        if (renewed.plus(configuration.lease().dividedBy(4)).isBefore(now)) {
            database.change(connection -> chunks.renew(connection, held, instance.owner(), configuration.lease()));
            renewed = now;
        }
    }
}
