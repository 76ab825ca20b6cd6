package io.meshtransformer.training.checkpoint;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.gptj.training.TrainingState;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Commits while training goes on, one checkpoint at a time. While one is on its way another is refused, before its
 * snapshot is taken: a slow disk makes checkpoints rarer, and neither holds up the run nor fills the memory.
 */
public final class BackgroundCommitter implements AutoCloseable {
    private final CheckpointStore store;
    private final CommitListener listener;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("checkpoint").factory());
    private final Semaphore idle = new Semaphore(1);

    /** @param store stays open when this is closed */
    public BackgroundCommitter(CheckpointStore store, CommitListener listener) {
        this.store = requireNonNull(store, "store is null");
        this.listener = requireNonNull(listener, "listener is null");
    }

    /**
     * Begins a commit, and does not wait for it.
     *
     * @param snapshot taken if the commit begins, on this thread; closed when it ends
     * @return whether it has begun; false while another is on its way
     */
    public boolean offer(Supplier<TrainingState> snapshot, CheckpointInfo info) {
        requireNonNull(info, "info is null");
        if (!idle.tryAcquire()) {
            return false;
        }
        begin(snapshot, info);
        return true;
    }

    /** Begins a commit after the one on its way: for the last of a run. */
    public void put(Supplier<TrainingState> snapshot, CheckpointInfo info) {
        requireNonNull(info, "info is null");
        idle.acquireUninterruptibly();
        begin(snapshot, info);
    }

    /** Waits for the commit on its way, if there is one; its listener has then heard of it. */
    public void await() {
        CompletableFuture.runAsync(() -> {}, thread).join();
    }

    private void begin(Supplier<TrainingState> snapshot, CheckpointInfo info) {
        try {
            var begun = System.nanoTime();
            var state = snapshot.get();
            thread.execute(() -> commit(state, info, begun));
        } catch (Throwable e) {
            idle.release();
            throw e;
        }
    }

    /** The next may begin before the listener hears: whoever waits to hear of a commit can offer the next at once. */
    private void commit(TrainingState snapshot, CheckpointInfo info, long begun) {
        Runnable news;
        try (var state = snapshot) {
            var checkpoint = store.commit(state, info);
            var took = Duration.ofNanos(System.nanoTime() - begun);
            news = () -> listener.committed(checkpoint, took);
        } catch (Throwable e) {
            news = () -> listener.failed(snapshot.step(), e);
        }
        idle.release();
        news.run();
    }

    /** Waits for the commit on its way. */
    @Override
    public void close() {
        thread.close();
    }
}
