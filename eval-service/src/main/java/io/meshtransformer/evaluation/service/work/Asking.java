package io.meshtransformer.evaluation.service.work;

import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.Topics;
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
import io.meshtransformer.evaluation.service.store.EvaluationRow;
import io.meshtransformer.evaluation.service.store.EvaluationStore;
import io.meshtransformer.evaluation.service.store.RefusalStore;
import io.meshtransformer.evaluation.service.store.RefusalStore.RefusedRequest;
import io.meshtransformer.evaluation.service.store.ResultStore;
import io.meshtransformer.evaluation.service.work.Judging.Answered;
import io.meshtransformer.messaging.BulkSender;
import io.meshtransformer.messaging.MessageTooLargeException;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
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
    /** Between two judgings, each of which is a transaction. */
    private static final Duration TURN = Duration.ofMillis(200);
    /** Results that another instance wrote are found after this time, where none come by themselves. */
    private static final Duration LOOK = Duration.ofMillis(300);
    /** The same while some come. */
    private static final Duration LOOK_MEANWHILE = Duration.ofSeconds(1);
    /** Without any chunk; one that arrives is heard of. */
    private static final Duration IDLE = Duration.ofSeconds(1);

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    private final Database database;
    private final EvaluationStore evaluations;
    private final ChunkStore chunks;
    private final ResultStore results;
    private final RefusalStore refusals;
    private final ControlPlane controlPlane;
    private final Judging judging;
    private final Arrivals arrivals;
    private final BulkSender sender;
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
    /** Requests that are too large for a record. */
    private final Queue<RefusedRequest> tooLarge = new ConcurrentLinkedQueue<>();

    private volatile Map<Long, Integer> chunksOf = Map.of();
    private volatile boolean stopping;
    private Instant turned = Instant.EPOCH;
    private Instant looked = Instant.EPOCH;
    private Instant renewed = Instant.EPOCH;
    private Instant heard = Instant.EPOCH;

    Asking(
            Database database,
            EvaluationStore evaluations,
            ChunkStore chunks,
            ResultStore results,
            RefusalStore refusals,
            ControlPlane controlPlane,
            Judging judging,
            Arrivals arrivals,
            BulkSender sender,
            WorkMetrics metrics,
            Instance instance,
            EvaluationConfiguration configuration,
            InstantSource clock,
            News news) {
        this.database = database;
        this.evaluations = evaluations;
        this.chunks = chunks;
        this.results = results;
        this.refusals = refusals;
        this.controlPlane = controlPlane;
        this.judging = judging;
        this.arrivals = arrivals;
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
        while (!stopping && !room.tryAcquire(TURN.toMillis(), TimeUnit.MILLISECONDS)) {
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
                    ear.await(window.isEmpty() ? IDLE : TURN);
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
        takeChunks();
        takeArrivals(now);
        if (window.isEmpty()) {
            heard = now;
        } else if (!turned.plus(TURN).isAfter(now) || window.isAnswered()) {
            turned = now;
            dropWhatDoesNotRun();
            lookAround(now);
            judge();
        }
        renew(now);
        send(now);
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

    private void takeArrivals(Instant now) {
        var came = arrivals.take();
        if (!came.isEmpty()) {
            window.answered(came);
            heard = now;
        }
        for (var hash = unsent.poll(); hash != null; hash = unsent.poll()) {
            var question = window.question(hash);
            if (question != null) {
                window.again(question, now.plus(AFTER_FAILURE));
            }
        }
    }

    /** For what did not come by itself: results that another instance wrote, and refusals. */
    private void lookAround(Instant now) {
        if (looked.plus(heard.isAfter(looked) ? LOOK_MEANWHILE : LOOK).isAfter(now)) {
            return;
        }
        looked = now;
        var waiting = window.waiting();
        arrivals.wantOnly(waiting);
        if (waiting.isEmpty()) {
            heard = now;
            return;
        }
        var found = database.read(connection -> results.find(connection, waiting));
        window.answered(found);
        var refused = database.read(connection -> refusals.take(connection, waiting));
        // Once for each evaluation, however many of its requests are refused.
        var met = new HashMap<Long, Input>();
        refused.forEach(each -> take(each, met, now));
        for (var each = tooLarge.poll(); each != null; each = tooLarge.poll()) {
            take(each, met, now);
        }
        met.forEach(controlPlane::met);
        if (!found.isEmpty() || !refused.isEmpty()) {
            heard = now;
        } else if (heard.plus(configuration.silence()).isBefore(now)) {
            LOG.warnf("%d requests had no answer for %s and are asked again", waiting.size(), configuration.silence());
            window.allAgain(now);
            heard = now;
        }
    }

    /** @param met what evaluations meet by refusals, by their ids */
    private void take(RefusedRequest refused, Map<Long, Input> met, Instant now) {
        var question = window.question(refused.hash());
        if (question == null) {
            return;
        }
        var evaluation = question.evaluation().id();
        // Whoever else waits for it asks again; an evaluation that ends by it lets go of it before.
        window.again(question, now.plus(AFTER_FAILURE));
        switch (Verdict.of(refused, question.refusals(), configuration.pause())) {
            case Verdict.Again(var pause) -> window.refused(question, now, pause);
            case Verdict.AnotherAnswers _ -> met.put(evaluation, new Input.ModelChanged());
            case Verdict.GivenUp(var reason) ->
                met.put(evaluation, new Input.Refused(question.document() + ": " + reason));
        }
    }

    private void judge() {
        var answered = window.answeredChunks().stream()
                .map(chunk -> new Answered(
                        chunk,
                        chunk.documents().stream()
                                .filter(OpenDocument::answered)
                                .toList()))
                .collect(Collectors.groupingBy(each -> each.chunk().evaluation().id()));
        for (var ofOne : answered.values()) {
            // What is not taken is dropped in the next turn.
            if (judging.judge(ofOne)) {
                ofOne.forEach(this::judged);
            }
        }
    }

    private void judged(Answered answered) {
        if (window.judged(answered.chunk(), answered.documents())) {
            held.remove(answered.chunk().claim().key());
            news.evaluationsChanged();
        }
    }

    private void send(Instant now) {
        for (var question : window.next(now)) {
            arrivals.want(question.hash());
            var id = new RequestId.OfDocument(question.source().id(), question.hash()).text();
            var request = Requests.of(
                    id,
                    question.evaluation().settings().model(),
                    question.request(),
                    question.source().identity());
            sender.send(Topics.BATCH, id, request, Errands.answersOf(question.chunk()))
                    .exceptionally(failure -> {
                        notSent(question.hash(), failure);
                        return null;
                    });
        }
    }

    private void notSent(String hash, Throwable failure) {
        MessageTooLargeException.in(failure)
                .ifPresentOrElse(
                        why -> tooLarge.add(new RefusedRequest(hash, FailureCode.INVALID_REQUEST, why.getMessage())),
                        () -> unsent.add(hash));
    }

    private void renew(Instant now) {
        if (!held.isEmpty() && renewed.plus(configuration.lease().dividedBy(4)).isBefore(now)) {
            database.change(connection -> chunks.renew(connection, held, instance.owner(), configuration.lease()));
            renewed = now;
        }
    }
}
