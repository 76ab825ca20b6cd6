package io.meshtransformer.inference.engine;

import io.meshtransformer.gptj.engine.LoadProgress;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Locale;

/** Writes a line to the log for every tenth of a model that is loaded. */
final class LoadReport implements LoadProgress {

    private static final Logger LOG = System.getLogger(LoadReport.class.getName());
    private static final int LINES = 10;

    private final double gigabytes;
    private int reported;

    LoadReport(long bytes) {
        gigabytes = bytes / 1e9;
    }

    @Override
    public synchronized void loaded(long bytesDone, long bytesTotal) {
        var tenths = (int) ((double) bytesDone / bytesTotal * LINES);
        if (tenths > reported) {
            reported = tenths;
            var bar = "#".repeat(tenths) + ".".repeat(LINES - tenths);
            LOG.log(
                    Level.INFO,
                    String.format(Locale.ROOT, "weights [%s] %3d %% of %.2f GB", bar, tenths * LINES, gigabytes));
        }
    }
}
