package io.meshtransformer.local.command;

import io.meshtransformer.training.data.prepare.PreparationProgress;
import java.util.Locale;

/** A preparation on a terminal: bytes read, documents and tokens so far, then documents written. */
final class DataProgress implements PreparationProgress, AutoCloseable {
    private static final long SAY_EVERY_NANOS = 200_000_000;

    private final boolean watched;
    private final TerminalProgress terminal = new TerminalProgress();
    private final long begin = System.nanoTime();
    private long said = begin - SAY_EVERY_NANOS;

    private DataProgress(boolean watched) {
        this.watched = watched;
    }

    static DataProgress start() {
        return new DataProgress(TerminalProgress.possible());
    }

    @Override
    public void reading(long bytes, long bytesTotal, long documents, long tokens) {
        if (!watched || !due(bytes == bytesTotal)) {
            return;
        }
        terminal.at("reading", bytes, bytesTotal);
        terminal.say(String.format(
                Locale.ROOT,
                "%,d documents, %,d tokens, %.1f MB/s",
                documents,
                tokens,
                bytes * 1e3 / Math.max(1, System.nanoTime() - begin)));
    }

    @Override
    public void writing(long documents, long documentsTotal) {
        if (watched && due(documents == documentsTotal)) {
            terminal.counted("writing", documents, documentsTotal);
        }
    }

    private boolean due(boolean last) {
        var now = System.nanoTime();
        if (!last && now - said < SAY_EVERY_NANOS) {
            return false;
        }
        said = now;
        return true;
    }

    @Override
    public void close() {
        terminal.close();
    }
}
