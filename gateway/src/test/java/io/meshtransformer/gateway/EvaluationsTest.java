package io.meshtransformer.gateway;

import static io.meshtransformer.gateway.suite.GatewayClient.answered;
import static io.meshtransformer.gateway.suite.GatewayClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshtransformer.gateway.suite.GatewayClient;
import io.meshtransformer.gateway.suite.GatewayClient.Event;
import io.meshtransformer.gateway.suite.ScriptedEvaluations;
import io.meshtransformer.testkit.SuiteResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Evaluations through the gateway, with eval-service's part scripted. */
@QuarkusTest
@WithTestResource(value = SuiteResource.class, initArgs = @ResourceArg(name = SuiteResource.DATABASE, value = "true"))
class EvaluationsTest {
    private static final String EVALUATIONS = "/v1/evaluations";

    @TestHTTPResource
    URI base;

    @Inject
    ScriptedEvaluations evaluations;

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
    void anEvaluationIsAcceptedListedAndTold() {
        var response = client.post(
                EVALUATIONS,
                "{'name':'plain','model':'stories','tasks':['piqa'],'protocols':['harness','mtj-2021'],'limit':20,'few_shot':2,'few_shot_seed':7}");
        var accepted = json(response.body());
        var listed = answered(client.get(EVALUATIONS));
        var told = answered(client.get(EVALUATIONS + "/plain"));

        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(response.headers().firstValue("Location").orElseThrow()).endsWith(EVALUATIONS + "/plain");
        assertThat(accepted.at("/state").asText()).isEqualTo("queued");
        assertThat(accepted.at("/settings"))
                .isEqualTo(
                        json(
                                "{\"model\":\"stories\",\"tasks\":[\"piqa\"],\"protocols\":[\"harness\",\"mtj-2021\"],\"limit\":20,\"few_shot\":2,\"few_shot_seed\":7}"));
        assertThat(listed.at("/object").asText()).isEqualTo("list");
        assertThat(listed.at("/data").findValuesAsText("name")).contains("plain");
        assertThat(told).isEqualTo(accepted);
    }

    @Test
    void anEvaluationWithoutANameIsGivenOne() {
        var accepted = json(client.post(EVALUATIONS, "{'model':'stories','tasks':['piqa'],'name':null}")
                .body());

        assertThat(answered(client.get(EVALUATIONS + "/" + accepted.at("/name").asText())))
                .isEqualTo(accepted);
        assertThat(accepted.at("/settings/protocols").toString()).isEqualTo("[\"harness\"]");
    }

    @Test
    void whatIsNoEvaluationIsRefusedWithTheNameOfTheField() {
        refused("{'model':'m'}", "missing_required_parameter", "tasks", "'tasks' is missing");
        refused("{'tasks':['piqa']}", "missing_required_parameter", "model", "'model' is missing");
        refused("{'model':'m','tasks':['piqa'],'limits':3}", "unsupported_parameter", "limits", "few_shot_seed");
        refused("{'model':7,'tasks':['piqa']}", "invalid_value", "model", "it must be a text");
        refused("{'model':'m','tasks':'piqa'}", "invalid_value", "tasks", "it must be a list");
        refused("{'model':'m','tasks':[]}", "invalid_value", "tasks", "has 0 names");
        refused("{'model':'m','tasks':['piqa','piqa']}", "invalid_value", "tasks[1]", "'piqa' is named twice");
        refused("{'model':'m','tasks':['a'],'protocols':['now']}", "invalid_value", "protocols[0]", "mtj-2021");
        refused("{'model':'m','tasks':['a'],'protocols':[]}", "invalid_value", "protocols", "harness");
        refused("{'model':'m','tasks':['a'],'limit':0}", "invalid_value", "limit", "from 1 to");
        refused("{'model':'m','tasks':['a'],'few_shot':129}", "invalid_value", "few_shot", "from 0 to 128");
        refused("{'model':'m','tasks':['a'],'few_shot_seed':0.5}", "invalid_value", "few_shot_seed", "an integer");
        refused("{'model':'m','tasks':['a'],'name':'../up'}", "invalid_value", "name", "../up");
        refused("{'model':'m','tasks':['a'],'name':'events'}", "invalid_value", "name", "no address");
        refused(
                "{'model':'m','tasks':['a','%s']}".formatted("b".repeat(2_000_000)),
                "invalid_value",
                "tasks[1]",
                "a name has 2000000 characters, it may have 256");
        refused("{'model':'%s','tasks':['a']}".formatted("m".repeat(257)), "invalid_value", "model", "it may have 256");
        refused("[1]", "invalid_json", null, "must be a JSON object");
    }

    @Test
    void whatIsTooLargeIsRefusedWithItsSizeAndTheLimit() {
        assertRefused(
                evaluate("{'model':'m','tasks':['%s']}".formatted("b".repeat(17 << 20))),
                413,
                "request_too_large",
                "The body may have 16777216 bytes at most");
        assertRefused(
                client.post("/tokenize", "{'model':'alphabet','prompt':'%s'}".formatted("word ".repeat(2 << 20))),
                413,
                "request_too_large",
                "The request is too large to be passed on as one record: it has 104");
    }

    @Test
    void whatEvalServiceRefusesHasTheStatusOfItsReason() {
        assertRefused(evaluate("{'model':'gpt-4','tasks':['piqa']}"), 404, "model_not_found", "gpt-4");
        assertRefused(evaluate("{'model':'m','tasks':['lambda']}"), 404, "task_not_found", "lambda");
        assertRefused(evaluate("{'model':'m','tasks':['sciq']}"), 409, "task_data_unavailable", "sciq");
        var taken = "{'name':'taken','model':'m','tasks':['piqa'],'limit':%d}";
        assertThat(evaluate(taken.formatted(100)).statusCode()).isEqualTo(202);
        assertThat(evaluate(taken.formatted(100)).statusCode()).isEqualTo(202);
        assertRefused(evaluate(taken.formatted(200)), 409, "evaluation_conflict", "limit was 100 and is now 200");
    }

    @Test
    void whatIsAskedOfAnEvaluationThatIsNotThereIsA404() {
        var nobody = EVALUATIONS + "/nobody";
        List.of("", "/documents?task=piqa", "/receipt", "/events")
                .forEach(what -> assertRefused(client.get(nobody + what), 404, "evaluation_not_found", "nobody"));
        List.of("/pause", "/resume", "/cancel", "/rebuild")
                .forEach(what -> assertRefused(client.post(nobody + what, ""), 404, "evaluation_not_found", "nobody"));
    }

    @Test
    void anEvaluationIsPausedResumedAndCancelled() {
        running("buttons", 100, 10);

        assertThat(state(client.post(EVALUATIONS + "/buttons/pause", ""))).isEqualTo("paused");
        assertThat(state(client.post(EVALUATIONS + "/buttons/resume", ""))).isEqualTo("running");
        assertThat(state(client.post(EVALUATIONS + "/buttons/cancel", ""))).isEqualTo("cancelled");
    }

    @Test
    void aReceiptIsThereAtTheEndAndCanBeVerifiedAndTheResultsRebuilt() {
        running("receipt", 40, 10);
        assertRefused(client.get(EVALUATIONS + "/receipt/receipt"), 404, "receipt_not_found", "is running");
        evaluations.done("receipt", 40);

        var receipt = client.get(EVALUATIONS + "/receipt/receipt").body();
        assertThat(receipt).isEqualTo("{\"evaluation\":\"receipt\",\"model\":\"m\",\"acc\":1.0E-5}");
        var verified = answered(client.post(EVALUATIONS + "/verify?sample=3", receipt));
        assertThat(verified.at("/holds").asBoolean()).isTrue();
        assertThat(verified.at("/documents").asInt()).isEqualTo(3);
        var torn = answered(client.post(EVALUATIONS + "/verify", "{}"));
        assertThat(torn.at("/findings").toString()).isEqualTo("[\"it names no model\"]");
        assertRefused(client.post(EVALUATIONS + "/verify?sample=0", "{}"), 400, "invalid_value", "'sample' is 0");
        assertRefused(
                client.post(EVALUATIONS + "/verify", "{'x':'" + "y".repeat(8_400_000) + "'}"),
                413,
                "request_too_large",
                "A receipt may have");

        var rebuilt = answered(client.post(EVALUATIONS + "/receipt/rebuild", ""));
        assertThat(rebuilt.at("/same").asBoolean()).isTrue();
        assertThat(rebuilt.at("/kept").asText())
                .isEqualTo(rebuilt.at("/rebuilt").asText());
    }

    @Test
    void documentsAreReadInPagesAndThoseThatDifferAlone() {
        running("paged", 60, 50);

        var page = answered(client.get(EVALUATIONS + "/paged/documents?task=piqa&from=30&limit=5"));
        assertThat(page.at("/total").asInt()).isEqualTo(50);
        assertThat(page.at("/data").findValuesAsText("index")).containsExactly("30", "31", "32", "33", "34");
        assertThat(page.at("/data/0/views").findValuesAsText("protocol")).containsExactly("harness", "mtj-2021");
        var differing = answered(client.get(EVALUATIONS + "/paged/documents?task=piqa&differing=true&limit=100"));
        assertThat(differing.at("/total").asInt()).isBetween(1, 49);

        assertRefused(
                client.get(EVALUATIONS + "/paged/documents"), 400, "missing_required_parameter", "'task' is missing");
        assertRefused(documents("limit=101"), 400, "invalid_value", "it must be from 1 to 100");
        assertRefused(documents("from=-1"), 400, "invalid_value", "'from' is '-1'");
        assertRefused(documents("differing=yes"), 400, "invalid_value", "'differing' is 'yes'");
    }

    @Test
    void tasksAreListedWithTheirData() {
        var tasks = answered(client.get(EVALUATIONS + "/tasks")).at("/data");

        assertThat(tasks.findValuesAsText("name")).contains("lambada_openai", "sciq");
        assertThat(tasks.get(0).at("/excerpt").asBoolean()).isTrue();
    }

    @Test
    void aStreamBeginsWithHowItStandsAndGoesOnAfterAnyEventAtItsId() {
        running("streamed", 100, 10);
        List<Event> live;
        try (var stream = client.events(EVALUATIONS + "/streamed/events", Optional.empty())) {
            var now = stream.next().orElseThrow();
            assertThat(now.id()).isNull();
            assertThat(done(now)).isEqualTo(40);
            evaluations.done("streamed", 20);
            evaluations.done("streamed", 30);
            evaluations.done("streamed", 100);
            // What the description knows already may still come.
            live = stream.nextWhere(event -> event.at("/done").asLong() > 40, 3);
        }
        assertThat(live).extracting(EvaluationsTest::done).containsExactly(80L, 120L, 400L);
        assertThat(live.getLast().json().has("receipt")).isFalse();

        try (var stream = client.events(
                EVALUATIONS + "/streamed/events", Optional.of(live.get(0).id()))) {
            assertThat(stream.next(2)).isEqualTo(live.subList(1, 3));
            client.post(EVALUATIONS + "/streamed/cancel", "");
            assertThat(stream.next().orElseThrow().json().at("/state").asText()).isEqualTo("cancelled");
        }
        var gone = client.send(client.request(EVALUATIONS + "/streamed/events")
                .header("Last-Event-ID", "0.999999")
                .GET());
        assertRefused(gone, 404, "stream_not_found", "the evaluation 'streamed'");
    }

    @Test
    void aStreamOfSeveralHasTheEventsOfThoseAlone() {
        List.of("first", "second", "third").forEach(name -> running(name, 100, 10));
        try (var some = client.events(EVALUATIONS + "/events?evaluation=first&evaluation=third", Optional.empty());
                var all = client.events(EVALUATIONS + "/events", Optional.empty())) {
            List.of("first", "second", "third").forEach(name -> evaluations.done(name, 50));

            assertThat(some.nextWhere(event -> event.at("/done").asLong() == 200, 2))
                    .extracting(event -> event.json().at("/name").asText())
                    .containsExactlyInAnyOrder("first", "third");
            assertThat(all.nextWhere(event -> event.at("/done").asLong() == 200, 3))
                    .extracting(Event::id)
                    .containsOnlyNulls();
        }
    }

    private void running(String name, int limit, long done) {
        var settings =
                "{'name':'%s','model':'m','tasks':['piqa','lambada_openai'],'protocols':['harness','mtj-2021'],'limit':%d}";
        assertThat(evaluate(settings.formatted(name, limit)).statusCode()).isEqualTo(202);
        evaluations.done(name, done);
    }

    private HttpResponse<String> evaluate(String body) {
        return client.post(EVALUATIONS, body);
    }

    private HttpResponse<String> documents(String query) {
        return client.get(EVALUATIONS + "/paged/documents?task=piqa&" + query);
    }

    private static String state(HttpResponse<String> response) {
        return answered(response).at("/state").asText();
    }

    private static long done(Event event) {
        return event.json().at("/done").asLong();
    }

    private void refused(String body, String code, String parameter, String words) {
        var response = evaluate(body);
        assertRefused(response, 400, code, words);
        assertThat(json(response.body()).at("/error/param").textValue()).isEqualTo(parameter);
    }

    private static void assertRefused(HttpResponse<String> response, int status, String code, String words) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonNode error = json(response.body()).at("/error");
        assertThat(error.at("/code").asText()).isEqualTo(code);
        assertThat(error.at("/message").asText()).contains(words);
    }
}
