package io.meshtransformer.local.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshtransformer.local.process.ProcessIdentity;
import io.meshtransformer.local.suite.ServiceProcess.Event;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With shells in place of services: what counts is how processes live and die. */
class ServiceProcessTest {
    private static final IntPredicate ALWAYS_READY = _ -> true;
    private static final IntPredicate NEVER_READY = _ -> false;
    private static final RestartPolicy THREE_TIMES =
            new RestartPolicy(List.of(Duration.ZERO, Duration.ofMillis(1)), 3, Duration.ofHours(1));

    @TempDir
    private Path directory;

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private ServiceProcess service;

    @AfterEach
    void end() throws Exception {
        service.stop(Duration.ZERO);
    }

    @Test
    void aServiceIsStartedAndReady() throws Exception {
        start(ALWAYS_READY, "sleep 60");

        var started = next(Event.Started.class);
        assertThat(started.process().alive()).isTrue();
        assertThat(next(Event.Ready.class).process()).isEqualTo(started.process());
    }

    @Test
    void aKilledServiceComesBackAsAnotherProcess() throws Exception {
        start(ALWAYS_READY, "sleep 60");
        var first = next(Event.Started.class).process();
        next(Event.Ready.class);

        first.kill();

        var died = next(Event.Died.class);
        assertThat(died.process()).isEqualTo(first);
        assertThat(died.reason()).isEqualTo("ended by signal 9");
        var second = next(Event.Started.class).process();
        assertThat(second.pid()).isNotEqualTo(first.pid());
        assertThat(next(Event.Ready.class).process()).isEqualTo(second);
    }

    @Test
    void aServiceThatEndsBeforeItWasEverReadyIsNotRepeatedAndSaysWhy() throws Exception {
        start(NEVER_READY, "echo INFO: hello; echo ERROR: no such model; exit 3");

        next(Event.Started.class);
        assertThat(next(Event.GivenUp.class).reason())
                .isEqualTo("ended with exit code 3 before it was ready: ERROR: no such model");
    }

    @Test
    void aServiceThatIsNotReadyInTimeIsEnded() throws Exception {
        start(NEVER_READY, Duration.ofMillis(200), "sleep 60");

        var process = next(Event.Started.class).process();
        assertThat(next(Event.GivenUp.class).reason()).isEqualTo("was not ready within 0.2 s: it wrote nothing");
        assertThat(process.alive()).isFalse();
    }

    @Test
    void aServiceThatKeepsDyingIsGivenUp() throws Exception {
        start(ALWAYS_READY, "sleep 60");
        for (var death = 1; death <= 4; death++) {
            var process = next(Event.Started.class).process();
            next(Event.Ready.class);
            process.kill();
            if (death <= 3) {
                next(Event.Died.class);
            }
        }
        next(Event.GivenUp.class);
    }

    @Test
    void aStoppedServiceEndsByItselfAndDoesNotComeBack() throws Exception {
        var proof = directory.resolve("ended");
        start(
                whenPrepared(),
                "trap 'touch \"" + proof + "\"; exit 0' TERM; touch \"$PREPARED\"; while :; do sleep 0.05; done");
        var process = next(Event.Started.class).process();
        next(Event.Ready.class);

        service.stop(Duration.ofSeconds(10));

        assertThat(process.alive()).isFalse();
        assertThat(proof).exists();
        assertThat(events).isEmpty();
    }

    @Test
    void aServiceThatDoesNotStopIsKilled() throws Exception {
        start(whenPrepared(), "trap '' TERM; touch \"$PREPARED\"; while :; do sleep 0.05; done");
        var process = next(Event.Started.class).process();
        next(Event.Ready.class);

        service.stop(Duration.ofMillis(200));

        assertThat(process.alive()).isFalse();
    }

    @Test
    void aServiceThatIsStartedAgainIsToldSo() throws Exception {
        start(ALWAYS_READY, "echo again: ${AGAIN:-no}; exec sleep 60");
        var first = next(Event.Started.class).process();
        var log = directory.resolve("test.log");
        await().until(() -> Files.readString(log).equals("again: no\n"));

        first.kill();

        await().until(() -> Files.readString(log).equals("again: no\nagain: yes\n"));
    }

    @Test
    void controlCDoesNotReachTheService() throws Exception {
        start(whenPrepared(), "touch \"$PREPARED\"; exec sleep 60");
        ProcessIdentity process = next(Event.Started.class).process();
        next(Event.Ready.class);

        // The signals come in this order, so SIGTERM is what ends it.
        process.interrupt();
        process.terminate();

        assertThat(next(Event.Died.class).reason()).isEqualTo("ended by signal 15");
    }

    /** Ready when the script has come so far as to say so. */
    private IntPredicate whenPrepared() {
        return _ -> Files.exists(prepared());
    }

    private Path prepared() {
        return directory.resolve("prepared");
    }

    private void start(IntPredicate ready, String script) {
        start(ready, Duration.ofSeconds(30), script);
    }

    private void start(IntPredicate ready, Duration patience, String script) {
        var definition = new ServiceDefinition(
                "test",
                List.of("bash", "-c", script),
                Map.of("PREPARED", prepared().toString()),
                Map.of("AGAIN", "yes"),
                0,
                patience);
        service = new ServiceProcess(
                definition, directory.resolve("test.log"), THREE_TIMES, ready, InstantSource.system(), events::add);
        service.start();
    }

    private <E extends Event> E next(Class<E> type) throws InterruptedException {
        var event = events.poll(20, TimeUnit.SECONDS);
        assertThat(event)
                .as("next event; log: %s", Files.exists(directory.resolve("test.log")))
                .isInstanceOf(type);
        return type.cast(event);
    }
}
