package io.meshtransformer.training.data.prepare;

import io.meshtransformer.training.data.document.DocumentEncoder;
import io.meshtransformer.training.data.document.DocumentEncoder.Ids;
import io.meshtransformer.training.data.document.RawPiece;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Encodes documents on several threads and gives their ids back in order. At most a few batches are on their way. */
final class ParallelEncoder implements AutoCloseable {
    private static final int BATCH_BYTES = 1 << 18;
    private static final int BATCHES_PER_THREAD = 4;

    private final DocumentEncoder encoder;
    private final Sink sink;
    private final ExecutorService threads;
    private final int mostBatches;
    private final Queue<Future<List<Ids>>> batches = new ArrayDeque<>();
    private List<RawPiece> batch = new ArrayList<>();
    private long batchBytes;

    /** Takes ids in the order of the documents. */
    interface Sink {
        void accept(Ids ids) throws IOException;
    }

    ParallelEncoder(DocumentEncoder encoder, int threads, Sink sink) {
        this.encoder = encoder;
        this.sink = sink;
        this.threads = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().daemon().name("tokenise-", 0).factory());
        this.mostBatches = threads * BATCHES_PER_THREAD;
    }

    void add(RawPiece piece) throws IOException {
        batch.add(piece);
        batchBytes += piece.bytes().length;
        if (batchBytes >= BATCH_BYTES) {
            submit();
        }
    }

    private void submit() throws IOException {
        var pieces = batch;
        batches.add(threads.submit(() -> encode(pieces)));
        batch = new ArrayList<>();
        batchBytes = 0;
        while (batches.size() > mostBatches) {
            take();
        }
    }

    private List<Ids> encode(List<RawPiece> pieces) throws IOException {
        var ids = new ArrayList<Ids>(pieces.size());
        for (var piece : pieces) {
            ids.addAll(encoder.encode(piece));
        }
        return ids;
    }

    /** Waits for everything that was added. */
    void finish() throws IOException {
        if (!batch.isEmpty()) {
            submit();
        }
        while (!batches.isEmpty()) {
            take();
        }
    }

    private void take() throws IOException {
        try {
            for (var ids : batches.remove().get()) {
                sink.accept(ids);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            var interrupted = new InterruptedIOException("the preparation was cancelled");
            interrupted.initCause(e);
            throw interrupted;
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException cause -> throw cause;
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                default -> throw new IllegalStateException(e.getCause());
            }
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
