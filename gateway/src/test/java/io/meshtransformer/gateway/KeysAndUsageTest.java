package io.meshtransformer.gateway;

import static io.meshtransformer.testkit.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.gateway.key.ApiKeyRepository;
import io.meshtransformer.gateway.suite.GatewayClient;
import io.meshtransformer.testkit.SuiteResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(KeysAndUsageTest.Required.class)
@WithTestResource(value = SuiteResource.class, initArgs = @ResourceArg(name = SuiteResource.DATABASE, value = "true"))
class KeysAndUsageTest {
    private static final String BOOTSTRAP = "mtj-first-key";

    @TestHTTPResource
    URI base;

    @Inject
    ApiKeyRepository keys;

    @Inject
    DataSource database;

    private GatewayClient client;

    /** As on an address that others reach. */
    public static final class Required implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("mtj.gateway.require-key", "true", "mtj.gateway.bootstrap-key", BOOTSTRAP);
        }
    }

    @BeforeEach
    void connect() {
        client = new GatewayClient(base).awaitReady();
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    @Test
    void withoutAKeyOrWithAWrongOneNobodyComesIn() {
        for (var authorization : new String[] {null, "Bearer wrong", "Bearer", "Basic " + BOOTSTRAP, ""}) {
            var response = complete(authorization, "alphabet");

            assertThat(response.statusCode()).as(authorization).isEqualTo(401);
            assertThat(response.headers().firstValue("WWW-Authenticate")).contains("Bearer");
            assertThat(GatewayClient.json(response.body()).at("/error/code").asText())
                    .isEqualTo("invalid_api_key");
        }
        assertThat(client.get("/v1/models").statusCode()).isEqualTo(401);
    }

    @Test
    void theBootstrapKeyLetsIn() {
        assertThat(complete("Bearer " + BOOTSTRAP, "alphabet").statusCode()).isEqualTo(200);
        assertThat(complete("bearer " + BOOTSTRAP, "alphabet").statusCode()).isEqualTo(200);
    }

    @Test
    void aRevokedKeyNoLongerLetsInAndIsNotAddedAgain() {
        keys.addIfAbsent("short-lived", "mtj-short-lived");
        assertThat(complete("Bearer mtj-short-lived", "alphabet").statusCode()).isEqualTo(200);

        keys.revoke("mtj-short-lived");
        keys.addIfAbsent("again", "mtj-short-lived");

        assertThat(complete("Bearer mtj-short-lived", "alphabet").statusCode()).isEqualTo(401);
    }

    @Test
    void usageIsSummedByKeyModelAndDay() {
        keys.addIfAbsent("counted", "mtj-counted");

        complete("Bearer mtj-counted", "alphabet");
        complete("Bearer mtj-counted", "alphabet");

        await().untilAsserted(() -> assertThat(usageOf("counted")).containsExactly("alphabet 2 8 10"));
    }

    @Test
    void theKeyItselfIsStoredNowhere() throws SQLException {
        try (var connection = database.getConnection();
                var rows = connection.createStatement().executeQuery("select * from gateway.api_key")) {
            while (rows.next()) {
                for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
                    assertThat(rows.getString(column)).isNotEqualTo(BOOTSTRAP);
                }
            }
        }
    }

    @Test
    void healthAndMetricsNeedNoKey() {
        assertThat(client.get("/q/health/live").statusCode()).isEqualTo(200);
        assertThat(client.get("/q/metrics").statusCode()).isEqualTo(200);
    }

    private HttpResponse<String> complete(String authorization, String model) {
        var request = client.request("/v1/completions")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(
                        "{\"model\":\"%s\",\"prompt\":\"Once\",\"max_tokens\":5}".formatted(model)));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return client.send(request);
    }

    private List<String> usageOf(String name) throws SQLException {
        var found = new ArrayList<String>();
        try (var connection = database.getConnection();
                var query = connection.prepareStatement("""
                        select model, requests, prompt_tokens, completion_tokens
                        from gateway.usage_by_day join gateway.api_key on key_id = id where name = ?""")) {
            query.setString(1, name);
            try (var rows = query.executeQuery()) {
                while (rows.next()) {
                    found.add("%s %d %d %d"
                            .formatted(rows.getString(1), rows.getLong(2), rows.getLong(3), rows.getLong(4)));
                }
            }
        }
        return found;
    }
}
