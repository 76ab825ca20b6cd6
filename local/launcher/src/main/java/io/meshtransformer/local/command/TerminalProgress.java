package io.meshtransformer.local.command;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Bars on a terminal's standard error, one for each part of a long work. */
final class TerminalProgress implements AutoCloseable {
    private static final int UPDATE_MILLIS = 200;
    private static final long MEGABYTE = 1_000_000;

    private String part = "";
    private ProgressBar bar;

    /** Whether somebody looks: bars in a file or a pipe help nobody. */
    static boolean possible() {
        return System.console() != null && System.console().isTerminal();
    }

    /** Bytes done of a part; a new part begins a new bar. */
    void at(String name, long bytesDone, long bytesTotal) {
        step(name, bytesDone, bytesTotal, " MB", MEGABYTE);
    }

    /** The same for a part that is counted in things. */
    void counted(String name, long done, long total) {
        step(name, done, total, "", 1);
    }

    private void step(String name, long done, long total, String unit, long unitSize) {
        if (!part.equals(name)) {
            close();
            part = name;
            bar = new ProgressBarBuilder()
                    .setTaskName(name)
                    .setInitialMax(total)
                    .setUnit(unit, unitSize)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(UPDATE_MILLIS)
                    .build();
        }
        bar.stepTo(done);
    }

    /** What stands behind the bar. */
    void say(String message) {
        bar.setExtraMessage(" " + message);
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
