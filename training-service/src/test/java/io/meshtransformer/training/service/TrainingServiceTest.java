package io.meshtransformer.training.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.JsonObject;
import io.meshtransformer.contracts.MalformedMessageException;
import io.meshtransformer.contracts.MessageCodec;
import io.meshtransformer.contracts.RunCurve;
import io.meshtransformer.contracts.RunDescription;
import io.meshtransformer.contracts.RunDescription.CheckpointDescription;
import io.meshtransformer.contracts.RunState;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.contracts.TrainingCommand;
import io.meshtransformer.contracts.TrainingEvent;
import io.meshtransformer.testkit.Broker;
import io.meshtransformer.testkit.InjectBroker;
import io.meshtransformer.testkit.SuiteResource;
import io.meshtransformer.testkit.TopicReader;
import io.meshtransformer.training.service.support.Commander;
import io.meshtransformer.training.service.support.TestRuns;
import io.meshtransformer.training.service.support.WorkerResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole service between real topics, a real database and real workers. */
@QuarkusTest
@WithTestResource(value = SuiteResource.class, initArgs = @ResourceArg(name = SuiteResource.DATABASE, value = "true"))
@WithTestResource(WorkerResource.class)
class TrainingServiceTest {
    @TempDir
    Path folder;

    @InjectBroker
    Broker broker;

    @ConfigProperty(name = "mtj.training.directory")
    Path runs;

    private TestRuns inputs;
    private Commander commander;

    @BeforeEach
    void prepare() throws IOException {
        inputs = TestRuns.in(folder.resolve("inputs"));
        commander = new Commander(broker);
    }

    @AfterEach
    void close() {
        commander.close();
    }

    @Test
    void aRunTrainsToItsEndTellsOfItAndGoesOnWhenItIsSubmittedAgain() throws MalformedMessageException {
        try (var events = broker.readNew(Topics.TRAINING_EVENTS.name())) {
            var accepted = commander.submit(inputs.run("tales", 20));
            assertThat(accepted.state()).isEqualTo(RunState.STARTING);
            assertThat(accepted.configuration()
                            .toTree()
                            .at("/checkpoints/keep_best")
                            .asBoolean())
                    .isTrue();
            assertThat(commander.submit(inputs.run("tales", 20)).attempts()).isEqualTo(1);

            var finished = commander.await("tales", RunState.FINISHED);
            assertThat(finished.step()).isEqualTo(20);
            assertThat(finished.totalSteps()).isEqualTo(20);
            assertThat(finished.attempts()).isEqualTo(1);
            assertThat(finished.tokens()).isEqualTo(20 * 2 * 8);
            assertThat(finished.finished()).isAfter(finished.started());
            assertThat(finished.checkpoints())
                    .extracting(CheckpointDescription::step)
                    .containsExactly(10L, 20L);
            assertThat(finished.checkpoints()).allSatisfy(checkpoint -> assertThat(Path.of(checkpoint.path()))
                    .isDirectory());
            assertThat(kindsUntil(events, TrainingEvent.RunFinished.class))
                    .containsSubsequence(
                            TrainingEvent.RunAccepted.class,
                            TrainingEvent.WorkerStarting.class,
                            TrainingEvent.RunStarted.class,
                            TrainingEvent.StepCompleted.class,
                            TrainingEvent.ValidationCompleted.class,
                            TrainingEvent.CheckpointCommitted.class,
                            TrainingEvent.RunFinished.class);
        }
        aCheckpointIsPublished("tales");

        refusal(
                id -> new TrainingCommand.SubmitRun(
                        id, JsonObject.of(inputs.configuration("tales", 20).put("seed", 7))),
                FailureCode.RUN_CONFLICT,
                "seed was 0 and is now 7");
        commander.submit(inputs.run("tales", 25));
        assertThat(commander.await("tales", RunState.FINISHED).attempts()).isEqualTo(2);
        var curve = commander.history("tales");
        assertThat(curve.steps()).extracting(RunCurve.StepPoint::step).isEqualTo(steps(1, 25));
        assertThat(curve.validations())
                .extracting(RunCurve.ValidationPoint::step)
                .containsExactly(10L, 20L, 25L);
        assertThat(thinned("tales", 4)).containsExactly(9L, 18L, 25L);
    }

    private static List<Class<?>> kindsUntil(TopicReader events, Class<?> last) throws MalformedMessageException {
        var kinds = new ArrayList<Class<?>>();
        while (kinds.isEmpty() || kinds.getLast() != last) {
            var record = events.next(1).getFirst();
            kinds.add(MessageCodec.read(record.value(), TrainingEvent.class).getClass());
        }
        return kinds;
    }

    private List<Long> thinned(String run, int limit) {
        var answer = commander.ask(id -> new TrainingCommand.ReadHistory(id, run, null, limit));
        return ((AnswerEvent.RunHistory) answer)
                .curve().steps().stream().map(RunCurve.StepPoint::step).toList();
    }

    /** By telling of it again. */
    private void aCheckpointIsPublished(String run) throws MalformedMessageException {
        try (var events = broker.readNew(Topics.TRAINING_EVENTS.name())) {
            commander.ask(id -> new TrainingCommand.PublishCheckpoint(id, run, 10L));
            var record = events.until(each -> run.equals(each.key()), "the checkpoint")
                    .getLast();
            assertThat(MessageCodec.read(record.value(), TrainingEvent.class))
                    .isInstanceOfSatisfying(TrainingEvent.CheckpointCommitted.class, checkpoint -> {
                        assertThat(checkpoint.publish()).isTrue();
                        assertThat(checkpoint.step()).isEqualTo(10);
                    });
        }
        assertThat(commander.describe(run).checkpoints())
                .extracting(CheckpointDescription::published)
                .containsExactly(true, false);
        refusal(
                id -> new TrainingCommand.PublishCheckpoint(id, run, 11L),
                FailureCode.CHECKPOINT_NOT_FOUND,
                "run '" + run + "' has no checkpoint of step 11 to publish; it has [10, 20]");
    }

    @Test
    void whatIsWrongWithAConfigurationIsSaidAndNothingIsKept() {
        var wrong = JsonObject.of(inputs.configuration("wrong", 25).put("stpes", 3));
        refusal(id -> new TrainingCommand.SubmitRun(id, wrong), FailureCode.INVALID_REQUEST, "stpes");
        refusal(
                id -> new TrainingCommand.DescribeRun(id, "wrong"),
                FailureCode.RUN_NOT_FOUND,
                "there is no run 'wrong'");
    }

    @Test
    void dataThatIsNotThereIsNamedAndNotLookedForAgain() {
        var configuration = inputs.configuration("astray", 5);
        var nowhere = folder.resolve("nowhere").toString();
        configuration.withObject("/data/validation").put("held-out", nowhere);
        commander.submit(JsonObject.of(configuration));

        var failed = commander.await("astray", RunState.FAILED);
        assertThat(failed.reason()).startsWith(nowhere + ": there is no windows.json in it");
        assertThat(failed.attempts()).isEqualTo(1);
    }

    @Test
    void aWorkerThatHangsIsReplacedAndACancelledRunMakesRoomAndGoesOnLater() throws Exception {
        commander.submit(inputs.run("first", 5_000));
        // What only a worker can see.
        commander.submit(JsonObject.of(inputs.configuration("second", 5).put("sequence", 99)));
        commander.await("first", run -> run.step() > 12);
        assertThat(commander.describe("second").state()).isEqualTo(RunState.QUEUED);
        assertThat(new ProcessBuilder("kill", "-STOP", pid("first")).start().waitFor())
                .isZero();
        commander.await("first", run -> run.attempts() == 2 && run.state() == RunState.RUNNING);

        assertThat(commander.cancel("first").state()).isEqualTo(RunState.CANCELLING);
        var cancelled = commander.await("first", RunState.CANCELLED);
        assertThat(cancelled.checkpoints().getLast().step()).isEqualTo(cancelled.step());

        var failed = commander.await("second", RunState.FAILED);
        assertThat(failed.reason()).contains("sequence is 99");
        assertThat(failed.attempts()).isEqualTo(1);

        commander.resume("first");
        commander.await("first", run -> run.step() > cancelled.step() + 3);
        commander.cancel("first");
        var last = commander.await("first", RunState.CANCELLED).step();
        assertThat(commander.history("first").steps())
                .extracting(RunCurve.StepPoint::step)
                .isEqualTo(steps(1, last));
        assertThat(commander.ask(TrainingCommand.ListRuns::new))
                .isInstanceOfSatisfying(AnswerEvent.RunsDescribed.class, described -> assertThat(described.runs())
                        .extracting(RunDescription::name)
                        .containsSubsequence("second", "first"));
    }

    private String pid(String run) throws IOException {
        return Files.readString(runs.resolve(run).resolve("workers/1/process")).split(" ")[0];
    }

    private void refusal(Function<String, TrainingCommand> command, FailureCode code, String message) {
        assertThat(commander.ask(command)).isInstanceOfSatisfying(AnswerEvent.Failed.class, failed -> {
            assertThat(failed.code()).isEqualTo(code);
            assertThat(failed.message()).contains(message);
        });
    }

    @Test
    void healthAndMetricsTellWhatGoesOn() {
        RestAssured.get("/q/health/ready").then().statusCode(200).body("status", equalTo("UP"));
        RestAssured.get("/q/metrics")
                .then()
                .statusCode(200)
                .body(containsString("mtj_training_runs{state=\"running\"}"));
    }

    private static List<Long> steps(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }
}
