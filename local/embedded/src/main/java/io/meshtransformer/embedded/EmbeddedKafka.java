package io.meshtransformer.embedded;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.files.DirectoryLock;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
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
        return start(directory, port, overrides, afterwards, Ports::free);
    }

    /** @param freePort gives a port that was free a moment ago; asked anew when somebody else has taken it meanwhile */
    static EmbeddedKafka start(
            Path directory, int port, Map<String, String> overrides, Runnable afterwards, IntSupplier freePort) {
        QuietLogs.quieten();
        surviveTheBroker();
        var lock = Directories.lock(directory, WHAT);
        try {
            if (port != 0) {
                Ports.requireFree(port, WHAT);
            }
            for (int attempt = 1; ; attempt++) {
                int controllerPort = freePort.getAsInt();
                int clientPort = port == 0 ? freePort.getAsInt() : port;
                try {
                    var server = launch(BrokerSettings.of(directory, clientPort, controllerPort, overrides));
                    return new EmbeddedKafka(server, clientPort, lock, afterwards);
                } catch (Exception e) {
                    var portTaken = isTaken(controllerPort, e) || port == 0 && isTaken(clientPort, e);
                    if (attempt == ATTEMPTS || !portTaken) {
                        throw new EmbeddedException(WHAT + " did not start in " + directory + ": " + e.getMessage(), e);
                    }
                }
            }
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static KafkaRaftServer launch(BrokerSettings settings) throws Exception {
        settings.format();
        var server = new KafkaRaftServer(new KafkaConfig(settings.properties()), Time.SYSTEM);
        try {
            server.startup();
            return server;
        } catch (Exception e) {
            stop(server);
            throw e;
        }
    }

    /** Whether the start failed because of a port that was free when it was chosen. */
    private static boolean isTaken(int port, Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause.getMessage() != null
                    && cause.getMessage().contains("failed to bind to " + Ports.HOST + ":" + port + ":")) {
                return true;
            }
        }
        // A broker that gives up does not always say why.
        return !Ports.isFree(port);
    }

    /** Left alone, a broker that can't go on would end the process that it is a part of. */
    private static void surviveTheBroker() {
        Exit.setExitProcedure(EmbeddedKafka::brokerGaveUp);
        Exit.setHaltProcedure(EmbeddedKafka::brokerGaveUp);
    }

    private static void brokerGaveUp(int status, String message) {
        var reason = WHAT + " gave up with status " + status + (message == null ? "" : ": " + message);
        QuietLogs.failure(reason);
        var fault = QuietLogs.takeFault();
        throw fault == null ? new EmbeddedException(reason) : new EmbeddedException(reason + ": " + fault, fault);
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
