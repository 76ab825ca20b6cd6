package io.meshtransformer.gateway;

import static io.meshtransformer.gateway.suite.GatewayClient.answered;
import static io.meshtransformer.gateway.suite.GatewayClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshtransformer.gateway.suite.GatewayClient;
import io.meshtransformer.gateway.suite.GatewayClient.Event;
import io.meshtransformer.gateway.suite.ScriptedTraining;
import io.meshtransformer.gateway.suite.TrainingRun;
import io.meshtransformer.testkit.SuiteResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Training runs through the gateway, with training-service's part scripted. */
@QuarkusTest
@WithTestResource(value = SuiteResource.class, initArgs = @ResourceArg(name = SuiteResource.DATABASE, value = "true"))
class TrainingTest {
    private static final String RUNS = TrainingRun.RUNS;

    @TestHTTPResource
    URI base;

    @Inject
    ScriptedTraining training;

    private GatewayClient client;

    @BeforeEach
    void connect() {
        client = new GatewayClient(base).awaitReady();
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    @Test
    void aRunIsSubmittedListedAndTold() {
        var submitted = answered(client.post(RUNS, "{'name':'plain','batch':8}"));
        var listed = answered(client.get(RUNS));
        var told = answered(client.get(RUNS + "/plain"));

        assertThat(submitted.at("/state").asText()).isEqualTo("accepted");
        assertThat(submitted.at("/configuration")).isEqualTo(json("{\"name\":\"plain\",\"batch\":8}"));
        assertThat(listed.at("/object").asText()).isEqualTo("list");
        assertThat(listed.at("/data").findValuesAsText("name")).contains("plain");
        assertThat(told).isEqualTo(submitted);
    }

    @Test
    void aConfigurationMayBeYaml() {
        var submitted = answered(yaml("""
                name: yaml   # with a comment
                batch: 8
                learning_rate: {peak: 0.5}
                """));

        assertThat(submitted.at("/configuration"))
                .isEqualTo(json("{\"name\":\"yaml\",\"batch\":8,\"learning_rate\":{\"peak\":0.5}}"));
    }

    @Test
    void whatIsNoConfigurationIsRefused() {
        assertRefused(client.post(RUNS, "[1]"), 400, "invalid_json", "must be a JSON object");
        assertRefused(yaml("- a\n- b"), 400, "invalid_json", "must be a YAML object");
        assertRefused(yaml("name: a\nname: b"), 400, "invalid_json", "Duplicate field 'name'");
        assertRefused(client.post(RUNS, "{'batch':8}"), 400, "invalid_value", "name");
        assertRefused(client.post(RUNS, "{'name':'../up'}"), 400, "invalid_value", "../up");
        assertRefused(client.post(RUNS, "{'name':'typo','stepps':'1'}"), 400, "invalid_value", "stepps is no key");
    }

    @Test
    void anotherConfigurationUnderTheSameNameIsAConflictThatSaysWhatDiffers() {
        answered(client.post(RUNS, "{'name':'taken','batch':8}"));
        answered(client.post(RUNS, "{'name':'taken','batch':8}"));

        var other = client.post(RUNS, "{'name':'taken','batch':4}");
        assertRefused(other, 409, "run_conflict", "batch was 8 and is now 4");
    }

    @Test
    void whatIsAskedOfARunThatIsNotThereIsA404() {
        assertRefused(client.get(RUNS + "/nobody"), 404, "run_not_found", "nobody");
        assertRefused(client.get(RUNS + "/nobody/history"), 404, "run_not_found", "nobody");
        assertRefused(client.get(RUNS + "/nobody/events"), 404, "run_not_found", "nobody");
        assertRefused(client.post(RUNS + "/nobody/cancel", ""), 404, "run_not_found", "nobody");
        answered(client.post(RUNS, "{'name':'empty'}"));
        assertRefused(client.post(RUNS + "/empty/checkpoints/5/publish", ""), 404, "checkpoint_not_found", "of step 5");
    }

    @Test
    void aCurveIsGivenThinned() {
        trained("curve", 200);

        var whole = answered(client.get(RUNS + "/curve/history"));
        var thin = answered(client.get(RUNS + "/curve/history?from=101&limit=10"));

        assertThat(whole.at("/steps")).hasSize(200);
        assertThat(whole.at("/steps/0/learning_rate").isNumber()).isTrue();
        assertThat(whole.at("/validations")).hasSize(4);
        assertThat(thin.at("/stride").asInt()).isEqualTo(10);
        assertThat(thin.at("/steps")).hasSize(10);
        assertThat(thin.at("/steps/9/step").asInt()).isEqualTo(200);
        assertRefused(client.get(RUNS + "/curve/history?limit=x"), 400, "invalid_value", "'limit' is 'x'");
        assertRefused(client.get(RUNS + "/curve/history?limit=20000"), 400, "invalid_value", "20000");
    }

    @Test
    void aRunIsCancelledResumedAndItsCheckpointPublished() {
        trained("buttons", 100);

        assertThat(answered(client.post(RUNS + "/buttons/cancel", ""))
                        .at("/state")
                        .asText())
                .isEqualTo("cancelled");
        assertThat(answered(client.post(RUNS + "/buttons/resume", ""))
                        .at("/state")
                        .asText())
                .isEqualTo("queued");
        var published = answered(client.post(RUNS + "/buttons/checkpoints/100/publish", ""));
        assertThat(published.at("/checkpoints/0/published").asBoolean()).isTrue();
    }

    @Test
    void aStreamBeginsWithHowTheRunIsAndGoesOnAfterAnyEventAtItsId() {
        var run = trained("streamed", 10);
        List<Event> live;
        try (var stream = client.events(RUNS + "/streamed/events", Optional.empty())) {
            var now = stream.next().orElseThrow();
            assertThat(now.id()).isNull();
            assertThat(now.json().at("/step").asInt()).isEqualTo(10);
            run.steps(20);
            // What the description knows already may still come.
            live = stream.nextWhere(event -> event.at("/step").asLong() > 10, 20);
        }
        assertThat(steps(live)).isEqualTo(LongStream.rangeClosed(11, 30).boxed().toList());

        try (var stream =
                client.events(RUNS + "/streamed/events", Optional.of(live.get(4).id()))) {
            assertThat(stream.next(15)).isEqualTo(live.subList(5, 20));
            run.steps(1);
            assertThat(steps(stream.next(1))).containsExactly(31L);
        }
    }

    @Test
    void aStreamThatCannotBeGoneOnWithSaysWhy() {
        trained("gone", 1);
        assertRefused(events("gone", "0.999999"), 404, "stream_not_found", "offset 1000000");
        assertRefused(events("gone", "99.1"), 404, "stream_not_found", "which has 4");
        assertRefused(events("gone", "cmpl-1"), 400, "invalid_value", "Last-Event-ID");
    }

    @Test
    void aStreamOfSeveralRunsHasTheEventsOfThoseAlone() {
        var first = trained("first", 1);
        var second = trained("second", 1);
        var third = trained("third", 1);
        try (var some = client.events("/v1/training/events?run=first&run=third", Optional.empty())) {
            List.of(first, second, third).forEach(run -> run.steps(1));
            assertThat(some.nextWhere(event -> event.at("/step").asLong() == 2, 2))
                    .extracting(event -> event.json().at("/run").asText())
                    .containsExactlyInAnyOrder("first", "third");
        }
    }

    private TrainingRun trained(String name, long steps) {
        return new TrainingRun(client, training, name).steps(steps);
    }

    private HttpResponse<String> yaml(String body) {
        return client.send(client.request(RUNS)
                .header("Content-Type", "application/yaml")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> events(String run, String lastEventId) {
        return client.send(client.request(RUNS + "/" + run + "/events")
                .header("Last-Event-ID", lastEventId)
                .GET());
    }

    private static List<Long> steps(List<Event> events) {
        return events.stream()
                .map(Event::json)
                .map(event -> event.at("/step").asLong())
                .toList();
    }

    private static void assertRefused(HttpResponse<String> response, int status, String code, String words) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonNode error = json(response.body()).at("/error");
        assertThat(error.at("/code").asText()).isEqualTo(code);
        assertThat(error.at("/message").asText()).contains(words);
    }
}
