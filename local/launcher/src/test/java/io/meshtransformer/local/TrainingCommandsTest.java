package io.meshtransformer.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.meshtransformer.local.client.FakeGateway;
import io.meshtransformer.training.run.RunConfiguration;
import io.meshtransformer.training.run.RunDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code mtj train} and {@code mtj runs}, against a gateway that answers what a test has prepared. */
class TrainingCommandsTest {
    private static final String TALES = """
            name: tales
            model: {config: models/stories/config.json}
            tokenizer: models/stories
            data: {train: data/tales}
            batch: 8
            sequence: 64
            steps: 3
            learning_rate: {peak: 1e-3}
            """;

    private static final String RUN =
            "{'name':'tales','state':'%s','step':%d,'total_steps':3,'checkpoints':[],'created':'2026-11-27T16:00:00Z'}";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path home;

    @Test
    void aRunIsSubmittedWithWholePathsAndFollowedToItsEnd() throws IOException {
        try (var gateway = new FakeGateway(home, "/v1/training")) {
            gateway.prepare("POST /runs", 200, RUN.formatted("accepted", 0));
            gateway.prepare(
                    "GET /runs/tales/events",
                    200,
                    run("queued", 0)
                            + event(
                                    0,
                                    "started",
                                    "'step':0,'total_steps':3,'parameters':6831104,'devices':2,"
                                            + "'device_kind':'TPU v3','mesh':{'dp':2,'mp':1}")
                            + step(1, "3.5")
                            + step(2, "3.25"));
            // The connection broke; what follows is asked for after the last event.
            gateway.prepare(
                    "GET /runs/tales/events",
                    200,
                    event(3, "validation", "'step':2,'set':'held-out','loss':3.3")
                            + event(4, "checkpoint", "'step':2,'bytes':82000000,'best':true,'publish':false")
                            + step(3, "3.125")
                            + event(6, "finished", "'step':3"));

            assertThat(train()).isZero();

            assertThat(out.toString().lines())
                    .containsExactly(
                            "tales   " + gateway.url() + "/training/#/runs/tales",
                            "6.83M parameters on 2 x TPU v3 (dp 2, mp 1), from step 0 of 3",
                            "step 1/3  loss 3.5000  1.13k tokens/s  MFU 12.1 %",
                            "step 2  validation held-out 3.3000",
                            "step 2  checkpoint committed, 82.0 MB, the best so far",
                            "step 3/3  loss 3.1250  1.13k tokens/s  MFU 12.1 %  0 s left",
                            "finished with step 3");
            var folder = Path.of("").toAbsolutePath();
            assertThat(gateway.asked().getFirst())
                    .contains("\"train\":\"" + folder.resolve("data/tales") + "\"", "\"peak\":0.001");
            assertThat(gateway.asked().getLast()).isEqualTo("GET /runs/tales/events 2");
        }
    }

    @Test
    void aRunThatFailsExitsWithOneAndItsReason() throws IOException {
        try (var gateway = new FakeGateway(home, "/v1/training")) {
            gateway.prepare("POST /runs", 200, RUN.formatted("accepted", 0));
            gateway.prepare(
                    "GET /runs/tales/events", 200, run("running", 1) + event(1, "failed", "'reason':'no space left'"));

            assertThat(train()).isEqualTo(1);
            assertThat(out.toString()).contains("failed: no space left");
        }
    }

    @Test
    void anotherRunUnderTheNameIsToldInTheGatewaysWords() throws IOException {
        try (var gateway = new FakeGateway(home, "/v1/training")) {
            gateway.prepare("POST /runs", 409, "{'error':{'message':'batch was 8 and is now 4'}}");

            assertThat(train()).isEqualTo(1);
            assertThat(err.toString()).isEqualTo("mtj: batch was 8 and is now 4" + System.lineSeparator());
        }
    }

    @Test
    void detachedItReturnsWhenTheRunIsAccepted() throws IOException {
        try (var gateway = new FakeGateway(home, "/v1/training")) {
            gateway.prepare("POST /runs", 200, RUN.formatted("accepted", 0));

            assertThat(train("--detach")).isZero();
            assertThat(out.toString()).contains("tales is accepted");
            assertThat(gateway.asked()).hasSize(1);
        }
        Files.delete(home.resolve("run/state.json"));
        assertThat(train("--detach")).isEqualTo(1);
        assertThat(err.toString()).contains("no suite runs on " + home, "./mtj up");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            steps: 3 | stepps: 3      | stepps is no key
            steps: 3 | stepps: 3      | steps is missing
            batch: 8 | batch: eight   | batch is "eight", it must be a whole number
            batch: 8 | steps: 4       | Duplicate field 'steps'
            batch: 8 | batch: [8      | is not YAML
            """)
    void whatIsWrongInTheFileIsNamedAndExitsWithTwo(String was, String is, String problem) throws IOException {
        var file = Files.writeString(home.resolve("run.yaml"), TALES.replace(was, is));

        assertThat(mtj("train", file.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("mtj: " + file + ": ", problem);
    }

    @Test
    void aFileThatIsNotThereExitsWithTwo() {
        assertThat(mtj("train", "no-such.yaml")).isEqualTo(2);
        assertThat(err.toString()).startsWith("mtj: no-such.yaml: there is no such file in ");
    }

    @Test
    void runsAreListedShownCancelledAndResumed() {
        try (var gateway = new FakeGateway(home, "/v1/training")) {
            gateway.prepare("GET /runs", 200, "{'data':[" + RUN.formatted("running", 1) + "]}");
            gateway.prepare("GET /runs/tales", 200, """
                    {'name':'tales','state':'running','step':2,'total_steps':3,'loss':3.25,'validation_loss':3.3,
                     'checkpoints':[{'step':2,'bytes':82000000,'validation_loss':3.3,'best':true,'published':true,
                       'time':'2026-11-27T16:00:00.5Z'}]}""");
            gateway.prepare("GET /runs/tales/history", 200, """
                    {'stride':1,'steps':[{'step':1,'loss':3.5,'learning_rate':0.0015,'gradient_norm':0.5},
                      {'step':2,'loss':3.25,'learning_rate':0.00015,'gradient_norm':0.5}],
                     'validations':[{'step':2,'set':'held-out','loss':3.3}]}""");
            gateway.prepare("POST /runs/tales/cancel", 200, RUN.formatted("cancelling", 2));
            gateway.prepare("POST /runs/tales/resume", 200, RUN.formatted("queued", 2));

            assertThat(mtj("runs", "--home", home.toString())).isZero();
            assertThat(mtj("runs", "show", "tales", "--home", home.toString())).isZero();
            assertThat(mtj("runs", "cancel", "tales", "--home", home.toString()))
                    .isZero();
            assertThat(mtj("runs", "resume", "tales", "--home", home.toString()))
                    .isZero();

            assertThat(out.toString())
                    .containsPattern("RUN +STATE +STEPS")
                    .containsPattern("tales +running +1/3")
                    .contains("tales   running   step 2/3", "validation loss  3.3000 (o)", "learning rate    0.000150")
                    .containsPattern("2 +3.3000 +82.0 MB  2026-11-27 16:00:00  best  published")
                    .contains("tales is cancelling", "tales is queued");
        }
    }

    @Test
    void withoutASuiteTheRunsFoldersAreRead() throws IOException {
        var run = new RunDirectory(home.resolve("runs/tales"));
        run.prepare(RunConfiguration.parse(new YAMLMapper().readTree(TALES), Path.of("/")));
        Files.writeString(run.steps(), """
                {"step":1,"loss":3.5,"tokens":512,"tokens_per_second":1130.0}
                {"step":2,"loss":3.25,"tokens":1024,"tokens_per_second":1131.0}
                {"step":2,"set":"held-out","validation_loss":3.3,"tokens":512}
                {"step":3,"lo""");

        assertThat(mtj("runs", "--home", home.toString())).isZero();
        assertThat(mtj("runs", "show", "tales", "--home", home.toString())).isZero();
        assertThat(mtj("runs", "show", "tale", "--home", home.toString())).isEqualTo(1);

        assertThat(out.toString())
                .containsPattern("tales +stopped +2/3 +3.2500 +3.3000 +1.13k")
                .contains("tales   stopped   step 2/3");
        assertThat(err.toString()).contains("there is no run 'tale'");
    }

    private int train(String... more) throws IOException {
        var file = Files.writeString(home.resolve("tales.yaml"), TALES);
        var line = new ArrayList<>(List.of("train", file.toString(), "--home", home.toString()));
        line.addAll(List.of(more));
        return mtj(line.toArray(String[]::new));
    }

    private int mtj(String... line) {
        return Mtj.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(line);
    }

    private static String run(String state, int step) {
        return "event: run\ndata: " + RUN.formatted(state, step) + "\n\n";
    }

    private static String step(int step, String loss) {
        return event(step == 3 ? 5 : step, "step", """
                'step':%d,'total_steps':3,'loss':%s,'tokens_per_second':1130,'mfu':0.121,'tokens':%d""".formatted(step, loss, 512 * step));
    }

    private static String event(int place, String type, String fields) {
        return "event: %s\nid: %d\ndata: {'type':'%s','run':'tales','attempt':1,'time':'2026-11-27T16:00:%02dZ',%s}\n\n"
                .formatted(type, place, type, place, fields);
    }
}
