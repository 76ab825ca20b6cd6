package io.meshtransformer.embedded;

import java.util.HashMap;
import java.util.Map;
import java.util.logging.Level;
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

    // Held here: java.util.logging forgets the level of a logger that nobody refers to.
    private static final Map<String, Logger> LOGGERS = new HashMap<>();

    private QuietLogs() {}

    /** Works once, so that whoever wants to hear more can say so afterwards. */
    static synchronized void quieten() {
        LEVELS.forEach((name, level) -> LOGGERS.computeIfAbsent(name, _ -> {
            var logger = Logger.getLogger(name);
            logger.setLevel(level);
            return logger;
        }));
    }

    static void failure(String reason) {
        Logger.getLogger("kafka").severe(reason);
    }
}
