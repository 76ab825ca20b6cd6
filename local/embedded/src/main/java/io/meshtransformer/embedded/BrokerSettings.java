package io.meshtransformer.embedded;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/** A small broker's settings: few threads, small buffers, back at work seconds after it was killed. */
record BrokerSettings(Path log, Map<String, String> properties) {
    private static final int NODE = 1;
    private static final String CONTROLLER = "CONTROLLER";
    private static final String CLIENTS = "PLAINTEXT";
    /** A log directory is bound to the cluster it was formatted for, so every start must use the same id. */
    private static final String CLUSTER_ID = "bXRqLWVtYmVkZGVkLTAwMQ";

    static BrokerSettings of(Path directory, int clientPort, int controllerPort, Map<String, String> overrides) {
        var log = directory.resolve("log").toAbsolutePath();
        var properties = new HashMap<String, String>();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", String.valueOf(NODE));
        properties.put("log.dirs", log.toString());

        var clients = CLIENTS + "://" + Ports.HOST + ":" + clientPort;
        properties.put("listeners", clients + "," + CONTROLLER + "://" + Ports.HOST + ":" + controllerPort);
        properties.put("advertised.listeners", clients);
        properties.put("listener.security.protocol.map", CLIENTS + ":PLAINTEXT," + CONTROLLER + ":PLAINTEXT");
        properties.put("inter.broker.listener.name", CLIENTS);
        properties.put("controller.listener.names", CONTROLLER);
        properties.put("controller.quorum.voters", NODE + "@" + Ports.HOST + ":" + controllerPort);

        aloneInItsCluster(properties);
        smallInMemory(properties);
        quickToReturn(properties);
        properties.putAll(overrides);
        return new BrokerSettings(log, Map.copyOf(properties));
    }

    private static void aloneInItsCluster(Map<String, String> properties) {
        properties.put("auto.create.topics.enable", "false");
        properties.put("offsets.topic.replication.factor", "1");
        properties.put("offsets.topic.num.partitions", "1");
        properties.put("transaction.state.log.replication.factor", "1");
        properties.put("transaction.state.log.min.isr", "1");
        properties.put("transaction.state.log.num.partitions", "1");
        properties.put("share.coordinator.state.topic.replication.factor", "1");
        properties.put("share.coordinator.state.topic.min.isr", "1");
        properties.put("share.coordinator.state.topic.num.partitions", "1");
    }

    private static void smallInMemory(Map<String, String> properties) {
        // The default takes 128 MB of heap.
        properties.put("log.cleaner.dedupe.buffer.size", String.valueOf(4 << 20));
        properties.put("log.cleaner.threads", "1");
        properties.put("num.network.threads", "1");
        properties.put("num.io.threads", "2");
        properties.put("background.threads", "1");
        properties.put("num.recovery.threads.per.data.dir", "2");
        // Each segment maps two index files of this size.
        properties.put("log.index.size.max.bytes", String.valueOf(1 << 20));
        properties.put("queued.max.requests", "64");
    }

    private static void quickToReturn(Map<String, String> properties) {
        // A broker that was killed may register again only when its former session has run out: 9 s by default. Much
        // less than 3 s, and a busy machine lets the session of a living one run out.
        properties.put("broker.session.timeout.ms", "3000");
        properties.put("broker.heartbeat.interval.ms", "500");
        properties.put("group.initial.rebalance.delay.ms", "0");
    }

    /** Prepares the log directory where that has not been done yet. */
    void format() throws Exception {
        Files.createDirectories(log);
        new Formatter()
                .setNodeId(NODE)
                .setClusterId(CLUSTER_ID)
                .addDirectory(log.toString())
                .setMetadataLogDirectory(log.toString())
                .setControllerListenerName(CONTROLLER)
                .setReleaseVersion(MetadataVersion.latestProduction())
                .setIgnoreFormatted(true)
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .run();
    }
}
