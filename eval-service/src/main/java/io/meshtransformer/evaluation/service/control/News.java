package io.meshtransformer.evaluation.service.control;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Wakes those of this instance who wait for something in the database. What other instances write is found a little later, by
 * looking again.
 */
@Singleton
public final class News {
    private final List<Ear> ears = new CopyOnWriteArrayList<>();
    private final List<Ear> earsForResults = new CopyOnWriteArrayList<>();

    /** One who waits. */
    public static final class Ear {
        private final Semaphore news = new Semaphore(0);

        /** Until there may be something new, or the time is over. */
        public void await(Duration most) throws InterruptedException {
            news.tryAcquire(most.toNanos(), TimeUnit.NANOSECONDS);
            news.drainPermits();
        }

        public void wake() {
            news.release();
        }
    }

    /** Of one who wants to hear of changes of evaluations. */
    public Ear ear() {
        var ear = new Ear();
        ears.add(ear);
        return ear;
    }

    /** Of one who wants to hear of results too. */
    public Ear earForResults() {
        var ear = ear();
        earsForResults.add(ear);
        return ear;
    }

    /** It wants to hear nothing more. */
    public void leave(Ear ear) {
        ears.remove(ear);
        earsForResults.remove(ear);
    }

    public void evaluationsChanged() {
        ears.forEach(Ear::wake);
    }

    public void resultsCame() {
        earsForResults.forEach(Ear::wake);
    }
}
