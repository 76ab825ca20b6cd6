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
        if (!part.equals(name)) {
            close();
            part = name;
            bar = new ProgressBarBuilder()
                    .setTaskName(name)
                    .setInitialMax(bytesTotal)
                    .setUnit(" MB", MEGABYTE)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(UPDATE_MILLIS)
                    .build();
        }
        bar.stepTo(bytesDone);
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
