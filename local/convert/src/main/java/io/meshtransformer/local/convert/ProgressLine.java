package io.meshtransformer.local.convert;

import java.io.PrintWriter;
import java.time.Duration;

/** One line on a terminal that tells how far the work is; nothing where nobody looks. */
final class ProgressLine implements AutoCloseable {
    private static final long UPDATE_NANOS = Duration.ofMillis(200).toNanos();
    private static final double GIGA = 1e9;
    private static final String CLEAR = "\r\033[K";

    private final PrintWriter out;
    private final boolean visible;
    private long last = System.nanoTime() - UPDATE_NANOS;
    private boolean shown;

    ProgressLine(PrintWriter out) {
        this.out = out;
        this.visible = System.console() != null && System.console().isTerminal();
    }

    void at(String part, long bytesDone, long bytesTotal) {
        var now = System.nanoTime();
        if (visible && now - last >= UPDATE_NANOS) {
            last = now;
            shown = true;
            out.print(CLEAR
                    + "%s %d %%, %.1f of %.1f GB"
                            .formatted(
                                    part,
                                    100 * bytesDone / Math.max(1, bytesTotal),
                                    bytesDone / GIGA,
                                    bytesTotal / GIGA));
            out.flush();
        }
    }

    @Override
    public void close() {
        if (shown) {
            out.print(CLEAR);
            out.flush();
            shown = false;
        }
    }
}
