package io.meshtransformer.embedded;

import java.util.HashMap;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * How much the servers may say. The broker logs each setting and each step at INFO, and warns of what is usual for a broker that
 * is alone: an empty log at its first start, a client that asks for a topic which isn't there yet.
 */
final class QuietLogs {
    private static final Map<String, Level> LEVELS = Map.of(
            "io.zonky.test.db.postgres", Level.WARNING,
            "kafka", Level.WARNING,
            "org.apache.kafka", Level.WARNING,
            "org.apache.kafka.clients.NetworkClient", Level.SEVERE,
            "org.apache.kafka.controller", Level.SEVERE,
            "state.change.logger", Level.WARNING);

    /** Of Kafka's handler of faults that it does not survive. */
    private static final String FAULT_LOGGER = "org.apache.kafka.server.fault.ProcessTerminatingFaultHandler";

    // Held here: java.util.logging forgets the level of a logger that nobody refers to.
    private static final Map<String, Logger> LOGGERS = new HashMap<>();

    private static final Faults FAULTS = new Faults();

    private QuietLogs() {}

    /** Works once, so that whoever wants to hear more can say so afterwards. */
    static synchronized void quieten() {
        LOGGERS.computeIfAbsent(FAULT_LOGGER, name -> {
            var logger = Logger.getLogger(name);
            logger.addHandler(FAULTS);
            return logger;
        });
        LEVELS.forEach((name, level) -> LOGGERS.computeIfAbsent(name, _ -> {
            var logger = Logger.getLogger(name);
            logger.setLevel(level);
            return logger;
        }));
    }

    /** Keeps the last fault that a thread logged before it gave up, which Kafka tells nobody else. */
    private static final class Faults extends Handler {
        private final ThreadLocal<Throwable> last = new ThreadLocal<>();

        @Override
        public void publish(LogRecord record) {
            last.set(record.getThrown());
        }

        @Override
        public void flush() {
            // Nothing is held back.
        }

        @Override
        public void close() {
            last.remove();
        }
    }

    /** Why this thread gives up, or null where that is not known; told once. */
    static Throwable takeFault() {
        var fault = FAULTS.last.get();
        FAULTS.last.remove();
        return fault;
    }

    static void failure(String reason) {
        Logger.getLogger("kafka").severe(reason);
    }
}
