package io.meshtransformer.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchdogTest {
    @TempDir
    private Path directory;

    private final List<Process> children = new ArrayList<>();
    private Watchdog watchdog;

    @BeforeEach
    void start() {
        watchdog = Watchdog.start(directory.resolve("watchdog.log"));
    }

    @AfterEach
    void end() throws Exception {
        watchdog.close();
        for (var child : children) {
            child.destroyForcibly().waitFor();
        }
    }

    /** What the end of the watchdog's input does; a killed parent ends it in the same way. */
    @Test
    void theEndOfItsInputEndsTheChildren() throws Exception {
        var killed = child("sleep", "60");
        // Whoever starts a build in the background lets it ignore INT, and its children with it.
        var interrupted = trapping(
                "env", "--default-signal=INT", "bash", "-c", "trap 'exit 7' INT; echo; while :; do sleep 0.05; done");
        watchdog.add(killed.pid(), Watchdog.Signal.KILL);
        watchdog.add(interrupted.pid(), Watchdog.Signal.INT);

        watchdog.close();

        assertThat(killed.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(killed.exitValue()).isEqualTo(128 + 9);
        assertThat(interrupted.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(interrupted.exitValue()).isEqualTo(7);
    }

    @Test
    void aChildThatDoesNotObeyIsKilled() throws Exception {
        var stubborn = trapping("bash", "-c", "trap '' INT; echo; while :; do sleep 0.05; done");
        watchdog.add(stubborn.pid(), Watchdog.Signal.INT);

        watchdog.close();

        assertThat(stubborn.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(stubborn.exitValue()).isEqualTo(128 + 9);
    }

    @Test
    void aChildThatWasRemovedIsLeftAlone() throws Exception {
        var removed = child("sleep", "60");
        var other = child("sleep", "60");
        watchdog.add(removed.pid(), Watchdog.Signal.KILL);
        watchdog.add(other.pid(), Watchdog.Signal.KILL);
        watchdog.remove(removed.pid());

        watchdog.close();

        assertThat(other.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(removed.isAlive()).isTrue();
    }

    @Test
    void aKilledWatchdogIsReplacedByOneThatKnowsTheChildren() throws Exception {
        var child = child("sleep", "60");
        watchdog.add(child.pid(), Watchdog.Signal.KILL);
        var first = watchdog.identity().orElseThrow();

        first.kill();
        assertThat(first.awaitEnd(Duration.ofSeconds(10))).isTrue();
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (watchdog.identity().filter(second -> !second.equals(first)).isEmpty()) {
            assertThat(System.nanoTime())
                    .as("a second watchdog starts within 10 s")
                    .isLessThan(deadline);
            Thread.onSpinWait();
        }
        assertThat(child.isAlive()).isTrue();
        watchdog.close();

        assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    /** A child that prints an empty line once its trap is set: a signal before that ends it in the default way. */
    private Process trapping(String... command) throws Exception {
        var child = child(command);
        assertThat(child.inputReader().readLine()).isEmpty();
        return child;
    }

    private Process child(String... command) throws Exception {
        var child = new ProcessBuilder(command).start();
        children.add(child);
        return child;
    }
}
