package io.meshtransformer.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProcessIdentityTest {
    @Test
    void aProcessIsAliveUntilItIsKilled() throws Exception {
        var process = new ProcessBuilder("sleep", "60").start();
        var identity = ProcessIdentity.of(process);
        assertThat(identity.alive()).isTrue();

        identity.kill();

        assertThat(identity.awaitEnd(Duration.ofSeconds(10))).isTrue();
        assertThat(process.waitFor()).isEqualTo(128 + 9);
    }

    @Test
    void anotherProcessWithTheSamePidIsLeftAlone() throws Exception {
        var process = new ProcessBuilder("sleep", "60").start();
        try {
            var owner = ProcessIdentity.of(process);
            var earlierOwner =
                    new ProcessIdentity(owner.pid(), owner.startedAt().minus(Duration.ofMinutes(1)));

            assertThat(earlierOwner.alive()).isFalse();
            earlierOwner.kill();
            earlierOwner.terminate();

            assertThat(owner.alive()).isTrue();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void aProcessThatNobodyCollectedIsDead() throws Exception {
        // The shell does not wait for its child, which stays behind as a defunct process while the shell sleeps.
        var shell = new ProcessBuilder("bash", "-c", "sleep 0 & echo $!; exec sleep 60").start();
        try (var output = shell.inputReader()) {
            var child = Long.parseLong(output.readLine());
            var gone = ProcessIdentity.of(child).map(identity -> {
                try {
                    return identity.awaitEnd(Duration.ofSeconds(10));
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });

            assertThat(gone.orElse(true)).isTrue();
        } finally {
            shell.destroyForcibly().waitFor();
        }
    }
}
