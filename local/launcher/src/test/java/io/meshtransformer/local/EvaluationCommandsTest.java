package io.meshtransformer.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshtransformer.local.client.FakeGateway;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code mtj eval}, against a gateway that answers what a test has prepared. */
class EvaluationCommandsTest {
    private static final String SERVED = "'served':{'model':'stories','engine':'vector','dtype':'fp32',"
            + "'model_hash':'5f1c2ab3d4e5f60718','version':'0.1.0'},'tokenizer_hash':'09ab8899aabbccddee'";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path home;

    private FakeGateway gateway;

    @BeforeEach
    void start() {
        gateway = new FakeGateway(home, "/v1/evaluations");
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void anEvaluationIsSubmittedFollowedAndItsTablePrinted() {
        gateway.prepare("POST ", 202, evaluation("queued", 0));
        gateway.prepare("GET /tales/events", 200, event(null, "queued", 0) + event("1.1", "running", 40));
        // The connection broke; what follows is asked for after the last event.
        gateway.prepare("GET /tales/events", 200, event("1.2", "running", 150) + event("1.3", "finished", 200));
        gateway.prepare("GET /tales", 200, evaluation("finished", 200));

        assertThat(eval("--name", "tales", "--tasks", "lambada_openai,piqa", "--limit", "100", "--few-shot", "0"))
                .isZero();

        assertThat(out.toString().lines().map(String::stripTrailing))
                .containsExactly(
                        "tales   " + gateway.url() + "/evaluations/#/evaluations/tales",
                        "queued: its turn comes",
                        "stories on vector, fp32, model 5f1c2ab3d4e5: 200 documents",
                        "40/200 documents  64.1/s  2 s left  lambada_openai perplexity 40.0600 ± 1.5000",
                        "200/200 documents  64.1/s  piqa acc 0.5500 ± 0.0500",
                        "finished in 3 s: 180 requests asked, 220 answered before",
                        "",
                        "TASK                 VERSION  PROTOCOL  FEW-SHOT        N  METRIC                     VALUE   STDERR",
                        "lambada_openai       1        harness          0      100  perplexity ↓             40.0600 ± 1.5000",
                        "                                                           acc ↑                     0.3256 ± 0.0065",
                        "piqa                 1        harness          0      100  acc ↑                     0.5500 ± 0.0500",
                        "                                                           acc_norm ↑                0.5600 ± -",
                        "Of piqa an excerpt that comes with the software, not the whole set:"
                                + " see './mtj eval fetch-help'");
        assertThat(gateway.asked().getFirst())
                .isEqualTo("POST  {\"name\":\"tales\",\"model\":\"stories\","
                        + "\"tasks\":[\"lambada_openai\",\"piqa\"],\"limit\":100,\"few_shot\":0}");
        assertThat(gateway.asked()).contains("GET /tales/events 1.1");
    }

    @Test
    void whatWasCancelledGoesOnByTheSameLineThoughAnOldEventSaysItEnded() {
        gateway.prepare("POST ", 202, evaluation("cancelled", 40));
        gateway.prepare("POST /tales/resume", 200, evaluation("queued", 40));
        gateway.prepare(
                "GET /tales/events",
                200,
                event(null, "running", 40) + event("1.2", "cancelled", 40) + event("1.4", "finished", 200));
        gateway.prepare("GET /tales", 200, evaluation("running", 50));
        gateway.prepare("GET /tales", 200, evaluation("finished", 200));

        assertThat(eval("--name", "tales", "--tasks", "lambada_openai,piqa")).isZero();
        assertThat(gateway.asked()).contains("POST /tales/resume ");
        assertThat(out.toString()).doesNotContain("cancelled").contains("finished in 3 s");
    }

    @ParameterizedTest
    @ValueSource(strings = {"failed", "cancelled"})
    void whatEndsOtherwiseExitsWithOneAndTheReason(String state) {
        gateway.prepare("POST ", 202, evaluation("queued", 0));
        gateway.prepare("GET /tales/events", 200, event(null, "running", 40) + event("1.2", state, 40));
        gateway.prepare("GET /tales", 200, evaluation(state, 40));

        assertThat(eval("--tasks", "piqa")).isEqualTo(1);
        assertThat(out.toString())
                .contains(
                        state.equals("failed")
                                ? "failed: no space left"
                                : "cancelled after 40 of 200 documents: './mtj eval resume tales' goes on",
                        "40/100");
    }

    @Test
    void aRefusalIsToldInTheGatewaysWords() {
        gateway.prepare("POST ", 404, "{'error':{'message':'There is no task piqua'}}");

        assertThat(eval("--tasks", "piqua")).isEqualTo(1);
        assertThat(err.toString()).isEqualTo("mtj: There is no task piqua" + System.lineSeparator());
    }

    @Test
    void detachedItReturnsWhenTheEvaluationIsAccepted() throws IOException {
        gateway.prepare("POST ", 202, evaluation("queued", 0));

        assertThat(eval("--tasks", "piqa", "--protocol", "harness,mtj-2021", "--detach"))
                .isZero();
        assertThat(out.toString()).contains("tales is accepted: ./mtj eval follow tales");
        assertThat(gateway.asked())
                .singleElement(STRING)
                .matches("POST  \\{\"name\":\"stories-[0-9a-f]{8}\",\"model\":\"stories\",\"tasks\":\\[\"piqa\"],"
                        + "\"protocols\":\\[\"harness\",\"mtj-2021\"]}");

        Files.delete(home.resolve("run/state.json"));
        assertThat(eval("--tasks", "piqa", "--detach")).isEqualTo(1);
        assertThat(err.toString()).contains("no suite runs on " + home, "./mtj up");
    }

    @Test
    void foldersAreForASuiteThatIsStartedForTheCall() {
        assertThat(eval("--tasks", "piqa", "--data", home.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("a suite runs on " + home, "./mtj up --evaluation-data DIR");
        assertThat(gateway.asked()).isEmpty();
    }

    @Test
    void asJsonTheEvaluationAloneIsOnTheOutput() throws IOException {
        gateway.prepare("POST ", 202, evaluation("queued", 0));
        gateway.prepare("GET /tales/events", 200, event(null, "finished", 200));
        gateway.prepare("GET /tales", 200, evaluation("finished", 200));

        assertThat(eval("--tasks", "piqa", "--json")).isZero();

        var json = new ObjectMapper().readTree(out.toString());
        assertThat(json.at("/results/0/metrics/1/value").asDouble()).isEqualTo(0.3256);
        assertThat(json.has("receipt")).isFalse();
        assertThat(err.toString()).contains("finished in 3 s");
    }

    @Test
    void evaluationsAreListedShownFollowedAndSteered() {
        gateway.prepare("GET ", 200, "{'data':[" + evaluation("running", 40) + "]}");
        gateway.prepare("GET /tales", 200, evaluation("finished", 200));
        gateway.prepare("GET /tales/events", 200, event(null, "finished", 200));
        gateway.prepare("POST /tales/pause", 200, evaluation("paused", 40));
        gateway.prepare("POST /tales/resume", 200, evaluation("queued", 40));
        gateway.prepare("POST /tales/cancel", 200, evaluation("cancelled", 40));
        gateway.prepare("GET /tales/receipt", 200, "{'version':1}");

        for (var line : new String[] {"list", "show tales", "follow tales", "pause tales", "resume tales"}) {
            assertThat(eval(line.split(" "))).as(line).isZero();
        }
        assertThat(eval("cancel", "tales")).isZero();
        assertThat(out.toString())
                .containsPattern("EVALUATION +STATE +DOCUMENTS +MODEL +CREATED +TASKS")
                .containsPattern("tales +running +40/200  stories +[0-9]+ d [0-9]+ h ago +lambada_openai, piqa")
                .contains(
                        "tales   finished   200 of 200 documents",
                        "tasks      lambada_openai, piqa, of each the first 100",
                        "protocols  harness",
                        "model      stories, on vector, fp32; hash 5f1c2ab3d4e5, version 0.1.0",
                        "tokenizer  09ab8899aabb",
                        "requests   180 asked, 220 answered before",
                        "tales is paused",
                        "tales is queued",
                        "tales is cancelled");

        out.getBuffer().setLength(0);
        assertThat(eval("receipt", "tales")).isZero();
        assertThat(out.toString().strip()).isEqualTo("{\"version\":1}");
    }

    @Test
    void aReceiptIsVerifiedAndExitsWithOneWhereItDoesNotHold() throws IOException {
        var receipt = Files.writeString(home.resolve("receipt.json"), "{\"version\":1}")
                .toString();
        gateway.prepare(
                "POST /verify", 200, "{'holds':true,'documents':40,'largest_difference':0.00001,'findings':[]}");
        gateway.prepare(
                "POST /verify",
                200,
                "{'holds':false,'documents':40,'largest_difference':0.5,'findings':['document 3 of piqa differs']}");

        assertThat(eval("verify", receipt)).isZero();
        assertThat(eval("verify", receipt, "--sample", "5")).isEqualTo(1);

        assertThat(gateway.asked())
                .containsExactly("POST /verify?sample=20 {\"version\":1}", "POST /verify?sample=5 {\"version\":1}");
        assertThat(out.toString())
                .contains(
                        receipt + " holds: 40 documents asked again, largest difference of a log-probability"
                                + " 1.00e-05 nats",
                        receipt + " does not hold: 40 documents",
                        "  document 3 of piqa differs");
    }

    @Test
    void whatIsNoReceiptIsNotSent() throws IOException {
        var list = Files.writeString(home.resolve("list.json"), "[]").toString();
        var text = Files.writeString(home.resolve("text.json"), "{x}").toString();

        assertThat(eval("verify", list)).isEqualTo(1);
        assertThat(eval("verify", text)).isEqualTo(1);
        assertThat(eval("verify", home.resolve("nowhere").toString())).isEqualTo(1);

        assertThat(err.toString())
                .contains(
                        list + " is no receipt: it holds no JSON object",
                        text + " is no receipt: Unexpected character",
                        "nowhere can't be read");
        assertThat(gateway.asked()).isEmpty();
    }

    @Test
    void whatTheLogGivesIsComparedAndExitsWithOneWhereItDiffers() {
        gateway.prepare("POST /tales/rebuild", 200, "{'records':812,'kept':'5f1c','rebuilt':'5f1c','same':true}");
        gateway.prepare("POST /tales/rebuild", 200, "{'records':812,'kept':'5f1c','rebuilt':'09ab','same':false}");

        assertThat(eval("rebuild", "tales")).isZero();
        assertThat(eval("rebuild", "tales")).isEqualTo(1);

        assertThat(out.toString().lines())
                .containsExactly(
                        "tales: the log, of 812 records, gives the same bytes, SHA-256 5f1c",
                        "tales: the log, of 812 records, gives other bytes: SHA-256 5f1c is kept, 09ab is rebuilt");
    }

    @Test
    void tasksAreListedWithTheirData() {
        gateway.prepare("GET /tasks", 200, """
                {'data':[{'name':'piqa','version':'1','kind':'multiple_choice','metrics':['acc','acc_norm'],
                  'data':'/data/piqa.jsonl','documents':1838,'excerpt':false},
                 {'name':'boolq','version':'2','kind':'multiple_choice','metrics':['acc'],'data':'/x','documents':50,
                  'excerpt':true},
                 {'name':'sciq','version':'1','kind':'multiple_choice','metrics':['acc'],'excerpt':false}]}""");

        assertThat(eval("tasks")).isZero();
        assertThat(out.toString())
                .containsPattern("TASK +VERSION +KIND +DOCUMENTS +METRICS +DATA")
                .containsPattern("piqa +1 +multiple_choice +1838 +acc, acc_norm +/data/piqa.jsonl")
                .containsPattern("boolq +2 +multiple_choice +50 +acc +an excerpt; ./mtj eval fetch-help boolq")
                .containsPattern("sciq +1 +multiple_choice +- +acc +missing; ./mtj eval fetch-help sciq");
    }

    @Test
    void withoutASuiteTasksAreThoseThatOneWouldHave() throws IOException {
        gateway.close();
        Files.delete(home.resolve("run/state.json"));
        Files.createDirectories(home.resolve("evaluation/data/piqa"));
        Files.writeString(home.resolve("evaluation/data/piqa/piqa_validation_hf.jsonl"), """
                {"goal": "To see", "sol1": "look", "sol2": "sleep", "label": 0}
                {"goal": "To sleep", "sol1": "look", "sol2": "lie down", "label": 1}
                """);

        assertThat(eval("tasks")).isZero();
        assertThat(out.toString())
                .containsPattern("piqa +1(\\.0)? +multiple_choice +2 +acc, acc_norm +.*piqa_validation_hf.jsonl")
                .containsPattern(
                        "lambada_openai +.*loglikelihood +50 +perplexity, acc +an excerpt; ./mtj eval fetch-help")
                .containsPattern("sciq +.* - +acc, acc_norm +missing; ./mtj eval fetch-help sciq");
    }

    @Test
    void helpToFetchNamesSourceLicenceAndFiles() {
        assertThat(eval("fetch-help", "piqa")).isZero();
        assertThat(out.toString().lines().map(line -> line.replaceAll("from .*", "from SOURCE")))
                .containsExactly(
                        "piqa",
                        "  from SOURCE",
                        "  licence  AFL-3.0",
                        "  file     piqa/piqa_validation_hf.jsonl",
                        "  or       piqa/valid.jsonl with piqa/valid-labels.lst",
                        "  or       piqa/validation.jsonl",
                        "  now      50 documents, an excerpt that comes with the software",
                        "",
                        "Files go into " + home.resolve("evaluation/data")
                                + ", or a folder that 'mtj up --evaluation-data DIR' or 'mtj eval --data DIR' names.");

        assertThat(eval("fetch-help", "piqua")).isEqualTo(1);
        assertThat(err.toString()).startsWith("mtj: there is no task 'piqua', there are arc_challenge, arc_easy, ");
    }

    @Test
    void everyTaskSaysWhereItsDocumentsComeFromAndTheirLicence() throws IOException {
        assertThat(eval("fetch-help", "--json")).isZero();

        var tasks = new ObjectMapper().readTree(out.toString());
        assertThat(tasks).hasSizeGreaterThanOrEqualTo(11).allSatisfy(task -> {
            assertThat(task.path("source").asText()).as(task.toString()).isNotEmpty();
            assertThat(task.path("licence").asText()).as(task.toString()).isNotEmpty();
            assertThat(task.path("files")).as(task.toString()).isNotEmpty();
        });
    }

    @Test
    void aFolderThatIsNotThereIsNamed() {
        assertThat(eval("fetch-help", "--data", home.resolve("nowhere").toString()))
                .isEqualTo(1);
        assertThat(err.toString())
                .isEqualTo("mtj: there is no folder " + home.resolve("nowhere") + System.lineSeparator());
    }

    private int eval(String... line) {
        var whole = Stream.concat(
                Stream.of("eval"), Stream.concat(Arrays.stream(line), Stream.of("--home", home.toString())));
        return Mtj.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(whole.toArray(String[]::new));
    }

    private static String event(String place, String state, int done) {
        return "event: evaluation\n" + (place == null ? "" : "id: " + place + "\n") + "data: "
                + evaluation(state, done).replace("\n", "") + "\n\n";
    }

    private static String evaluation(String state, int done) {
        var ended = state.equals("finished") ? ",'receipt':{'version':1},'finished':'2026-11-20T16:00:04Z'" : "";
        var left = state.equals("finished") ? "" : "'seconds_left':2,";
        var reason = state.equals("failed") ? "'reason':'no space left'," : "";
        return """
                {'name':'tales','state':'%s',%s'settings':{'model':'stories','tasks':['lambada_openai','piqa'],
                 'protocols':['harness'],'limit':100},%s,'documents':200,'done':%d,'reused':220,'asked':180,
                 'documents_per_second':64.1,%s
                 'results':[{'task':'lambada_openai','version':'1','protocol':'harness','few_shot':0,'documents':100,
                   'done':%d,'excerpt':false,'metrics':[
                   {'name':'perplexity','value':40.06,'standard_error':1.5,'higher_is_better':false},
                   {'name':'acc','value':0.3256,'standard_error':0.0065,'higher_is_better':true}]},
                  {'task':'piqa','version':'1','protocol':'harness','few_shot':0,'documents':100,'done':%d,
                   'excerpt':true,'metrics':[%s]}],
                 'created':'2026-11-20T16:00:00Z','started':'2026-11-20T16:00:01Z'%s}""".formatted(
                        state,
                        reason,
                        SERVED,
                        done,
                        left,
                        Math.min(100, done),
                        Math.max(0, done - 100),
                        done <= 100
                                ? ""
                                : "{'name':'acc','value':0.55,'standard_error':0.05,'higher_is_better':true},"
                                        + "{'name':'acc_norm','value':0.56,'higher_is_better':true}",
                        ended);
    }
}
