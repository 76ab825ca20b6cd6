package io.meshtransformer.embedded;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A process with a broker in it, there to be killed. */
final class KafkaMain {
    static final String TOPIC = "stories";
    static final String WRITTEN = "WRITTEN";

    private KafkaMain() {}

    public static void main(String[] arguments) throws Exception {
        var kafka = EmbeddedKafka.start(Path.of(arguments[0]), 0, Map.of());
        new TestTopic(kafka.bootstrapServers(), TOPIC).create().write("before", "the", "kill");
        System.out.println(WRITTEN);
        new CountDownLatch(1).await();
    }
}
