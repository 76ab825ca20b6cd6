package io.meshtransformer.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KafkaSettingsTest {
    private final KafkaSettings settings = new KafkaSettings(Map.of(
            "bootstrap.servers", "127.0.0.1:9092",
            "security.protocol", "SSL",
            "group.id", "the-application",
            "acks", "0",
            "max.in.flight.requests.per.connection", "5",
            "unknown.setting", "x"));

    @Test
    void whatTheServiceSaysOfTheBrokerGoesToEveryClient() {
        for (var client : List.of(settings.producer(), settings.reader(), settings.admin())) {
            assertThat(client)
                    .containsEntry("bootstrap.servers", "127.0.0.1:9092")
                    .containsEntry("security.protocol", "SSL")
                    .doesNotContainKey("unknown.setting");
        }
    }

    @Test
    void theProducerCannotBeToldToLoseOrReorderRecords() {
        assertThat(settings.producer())
                .containsEntry("acks", "all")
                .containsEntry("enable.idempotence", true)
                .containsEntry("max.in.flight.requests.per.connection", 1)
                .containsEntry("linger.ms", 0);
    }

    @Test
    void aBulkProducerIsTheSameAndWaitsALittle() {
        var expected = settings.producer();
        expected.put("linger.ms", 5);
        assertThat(settings.bulkProducer()).isEqualTo(expected);
    }

    @Test
    void aReaderBelongsToNoGroup() {
        assertThat(settings.reader())
                .doesNotContainKey("group.id")
                .containsEntry("enable.auto.commit", false)
                .containsEntry("auto.offset.reset", "none");
    }
}
