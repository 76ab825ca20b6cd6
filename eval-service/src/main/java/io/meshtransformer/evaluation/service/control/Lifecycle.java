package io.meshtransformer.evaluation.service.control;

import io.meshtransformer.evaluation.service.results.AnswerReader;
import io.meshtransformer.evaluation.service.results.Finisher;
import io.meshtransformer.evaluation.service.results.ResultProjection;
import io.meshtransformer.evaluation.service.store.ChunkStore;
import io.meshtransformer.evaluation.service.store.Database;
import io.meshtransformer.evaluation.service.work.Asking;
import io.meshtransformer.evaluation.service.work.Preparer;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/** Starts what goes on by itself, each on a thread, and ends it. */
@Singleton
public final class Lifecycle {
    private static final Logger LOG = Logger.getLogger(Lifecycle.class);
    /** Before channels, which start at 1000, bring anything; after models are known. */
    private static final int BEFORE_CHANNELS = 900;

    private static final Duration END_PATIENCE = Duration.ofSeconds(5);

    private final AnswerReader answers;
    private final ResultProjection projection;
    private final Asking asking;
    private final Preparer preparer;
    private final Finisher finisher;
    private final OutboxRelay relay;
    private final Teller teller;
    private final Persistence persistence;
    private final Database database;
    private final ChunkStore chunks;
    private final Instance instance;
    private final EvaluationConfiguration configuration;
    private final List<Thread> threads = new ArrayList<>();

    Lifecycle(
            AnswerReader answers,
            ResultProjection projection,
            Asking asking,
            Preparer preparer,
            Finisher finisher,
            OutboxRelay relay,
            Teller teller,
            Persistence persistence,
            Database database,
            ChunkStore chunks,
            Instance instance,
            EvaluationConfiguration configuration) {
        this.answers = answers;
        this.projection = projection;
        this.asking = asking;
        this.preparer = preparer;
        this.finisher = finisher;
        this.relay = relay;
        this.teller = teller;
        this.persistence = persistence;
        this.database = database;
        this.chunks = chunks;
        this.instance = instance;
        this.configuration = configuration;
    }

    void start(@Observes @Priority(BEFORE_CHANNELS) StartupEvent event) {
        // Those of the process before this one, if it had the same name.
        database.change(connection -> chunks.releaseAll(connection, instance.owner()));
        begin("answers", answers::run);
        begin("projection", projection::run);
        begin("asking", asking::run);
        for (var i = 0; i < configuration.preparers(); i++) {
            begin("preparer-" + i, preparer::run);
        }
        begin("finisher", finisher::run);
        begin("outbox", relay::run);
        begin("teller", teller::run);
    }

    /** A handful of threads that wait for the database: for these, virtual ones would only be more to switch between. */
    private void begin(String name, Runnable work) {
        threads.add(Thread.ofPlatform().daemon().name(name).start(work));
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        preparer.stop();
        asking.stop();
        teller.stop();
        finisher.stop();
        relay.stop();
        answers.stop();
        projection.stop();
        persistence.stop();
        for (var thread : threads) {
            if (!thread.join(END_PATIENCE)) {
                LOG.errorf("%s did not end within %d s", thread.getName(), END_PATIENCE.toSeconds());
            }
        }
    }

    /** Whether all that should go on does. */
    boolean going() {
        return threads.stream().allMatch(Thread::isAlive);
    }
}
