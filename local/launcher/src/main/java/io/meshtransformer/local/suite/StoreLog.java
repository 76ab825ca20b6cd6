package io.meshtransformer.local.suite;

import io.meshtransformer.local.LauncherException;
import java.io.FileNotFoundException;
import java.nio.file.Path;
import java.util.logging.Level;
import org.jboss.logmanager.Logger;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.jboss.logmanager.handlers.SizeRotatingFileHandler;

/** What libraries in this process log, the broker above all, goes to a file of bounded size and not to the terminal. */
final class StoreLog implements AutoCloseable {
    private static final String FORMAT = "%d{yyyy-MM-dd HH:mm:ss,SSS} %-5p [%c] (%t) %s%e%n";
    private static final long MOST_BYTES = 10L << 20;

    private final Logger root;
    private final SizeRotatingFileHandler file;

    private StoreLog(Logger root, SizeRotatingFileHandler file) {
        this.root = root;
        this.file = file;
    }

    static StoreLog open(Path log) {
        try {
            var file = new SizeRotatingFileHandler(log.toFile(), true, MOST_BYTES, 1);
            file.setFormatter(new PatternFormatter(FORMAT));
            file.setLevel(Level.INFO);
            var root = Logger.getLogger("");
            root.setLevel(Level.WARNING);
            for (var handler : root.getHandlers()) {
                root.removeHandler(handler);
            }
            root.addHandler(file);
            return new StoreLog(root, file);
        } catch (FileNotFoundException e) {
            throw new LauncherException("the log " + log + " can't be opened: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        root.removeHandler(file);
        file.close();
    }
}
