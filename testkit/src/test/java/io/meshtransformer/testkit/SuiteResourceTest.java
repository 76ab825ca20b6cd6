package io.meshtransformer.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.DriverManager;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SuiteResourceTest {
    @Test
    void itGivesABrokerAndNoDatabaseByDefault() {
        var resource = new SuiteResource();
        resource.init(Map.of());
        var properties = resource.start();
        try {
            new Broker(properties.get("kafka.bootstrap.servers")).createTopic("made", 1);
            assertThat(properties).doesNotContainKey("quarkus.datasource.jdbc.url");
        } finally {
            resource.stop();
        }
    }

    @Test
    void itGivesADatabaseOnRequest() throws Exception {
        var resource = new SuiteResource();
        resource.init(Map.of(SuiteResource.DATABASE, "true"));
        var properties = resource.start();
        try (var connection = DriverManager.getConnection(properties.get("quarkus.datasource.jdbc.url"))) {
            assertThat(connection.getMetaData().getUserName()).isEqualTo(properties.get("quarkus.datasource.username"));
        } finally {
            resource.stop();
        }
    }
}
