package io.meshtransformer.embedded;

import static java.util.Objects.requireNonNull;

import java.net.BindException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;

/**
 * One Kafka broker with its controller (KRaft) in this process, on the loopback interface.
 *
 * <p>What it stores survives {@link #close()} and {@code kill -9} of the process. Topics are never created by reading
 * or writing them: a topic whose partitions nobody chose would keep its single one for ever.
 */
public final class EmbeddedKafka implements AutoCloseable {
    private static final String WHAT = "the embedded Kafka broker";
    private static final int ATTEMPTS = 5;

    private final KafkaRaftServer server;
    private final int port;
    private final DirectoryLock lock;
    private final Runnable afterwards;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedKafka(KafkaRaftServer server, int port, DirectoryLock lock, Runnable afterwards) {
        this.server = server;
        this.port = port;
        this.lock = lock;
        this.afterwards = afterwards;
    }

    /**
     * Starts a broker on the records that {@code directory} holds, or on none where it is new.
     *
     * @param port where clients connect, or 0 for any free one
     * @param overrides settings of Kafka that replace ours
     * @throws EmbeddedException if the port is taken, the directory is in use or holds something else
     */
    public static EmbeddedKafka start(Path directory, int port, Map<String, String> overrides) {
        requireNonNull(directory, "directory is null");
        requireNonNull(overrides, "overrides is null");
        return start(directory, port, overrides, () -> {});
    }

    /** Starts a broker on a free port with an empty log, which is gone after {@link #close()}. */
    public static EmbeddedKafka temporary() {
        var directory = Directories.temporary("mtj-kafka");
        // Nobody starts it again after a kill, so its session may be long enough for any busy machine.
        var patient = Map.of("broker.session.timeout.ms", "30000", "broker.heartbeat.interval.ms", "2000");
        return start(directory, 0, patient, () -> Directories.delete(directory));
    }

    private static EmbeddedKafka start(Path directory, int port, Map<String, String> overrides, Runnable afterwards) {
        QuietLogs.quieten();
        surviveTheBroker();
        var lock = DirectoryLock.take(directory, WHAT);
        try {
            if (port != 0) {
                Ports.requireFree(port, WHAT);
            }
            return start(directory, port, overrides, lock, afterwards, ATTEMPTS);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static EmbeddedKafka start(
            Path directory,
            int port,
            Map<String, String> overrides,
            DirectoryLock lock,
            Runnable afterwards,
            int attempts) {
        int clientPort = port == 0 ? Ports.free() : port;
        var settings = BrokerSettings.of(directory, clientPort, Ports.free(), overrides);
        KafkaRaftServer server = null;
        try {
            settings.format();
            server = new KafkaRaftServer(new KafkaConfig(settings.properties()), Time.SYSTEM);
            server.startup();
            return new EmbeddedKafka(server, clientPort, lock, afterwards);
        } catch (Exception e) {
            if (server != null) {
                stop(server);
            }
            // The controllers' port was free a moment ago; a broker that finds it taken may just give up.
            if (attempts > 1 && (e instanceof EmbeddedException || port == 0 && portWasTaken(e))) {
                return start(directory, port, overrides, lock, afterwards, attempts - 1);
            }
            throw new EmbeddedException(WHAT + " did not start in " + directory + ": " + e.getMessage(), e);
        }
    }

    /** Left alone, a broker that can't go on would end the process that it is a part of. */
    private static void surviveTheBroker() {
        Exit.setExitProcedure(EmbeddedKafka::brokerGaveUp);
        Exit.setHaltProcedure(EmbeddedKafka::brokerGaveUp);
    }

    private static void brokerGaveUp(int status, String message) {
        var reason = WHAT + " gave up with status " + status + (message == null ? "" : ": " + message);
        QuietLogs.failure(reason);
        throw new EmbeddedException(reason);
    }

    private static boolean portWasTaken(Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException
                    || (cause.getMessage() != null && cause.getMessage().contains("Socket server failed to bind"))) {
                return true;
            }
        }
        return false;
    }

    private static void stop(KafkaRaftServer server) {
        server.shutdown();
        server.awaitShutdown();
    }

    /** For {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return Ports.HOST + ":" + port;
    }

    public int port() {
        return port;
    }

    /** Hands over its partitions, writes everything down and stops; a second call does nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            try (lock) {
                stop(server);
            }
            afterwards.run();
        }
    }
}
