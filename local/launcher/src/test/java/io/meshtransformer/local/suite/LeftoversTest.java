package io.meshtransformer.local.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.local.process.ProcessIdentity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeftoversTest {
    @TempDir
    private Path directory;

    private final List<Process> processes = new ArrayList<>();
    private final List<String> log = new ArrayList<>();
    private Home home;

    @BeforeEach
    void prepare() {
        home = new Home(directory);
        home.create();
    }

    @AfterEach
    void end() throws Exception {
        for (var process : processes) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void whatACrashLeftBehindIsEnded() throws Exception {
        var service = sleeping();
        var watchdog = sleeping();
        write(ProcessIdentity.of(watchdog), ProcessIdentity.of(service));

        assertThat(new Leftovers(home, log::add).clean()).isTrue();

        assertThat(service.waitFor(5, TimeUnit.SECONDS)).isTrue();
        assertThat(watchdog.waitFor(5, TimeUnit.SECONDS)).isTrue();
        assertThat(log)
                .containsExactly(
                        "ending watchdog, left over from an earlier run (pid %d)".formatted(watchdog.pid()),
                        "ending gateway, left over from an earlier run (pid %d)".formatted(service.pid()));
        assertThat(new StateFile(home.stateFile()).read())
                .map(SuiteState::phase)
                .contains(SuiteState.Phase.STOPPED);
    }

    @Test
    void aProcessThatOnlyHasARecordedPidIsLeftAlone() throws Exception {
        var stranger = sleeping();
        var owner = ProcessIdentity.of(stranger);
        write(null, new ProcessIdentity(owner.pid(), owner.startedAt().minus(Duration.ofHours(1))));

        assertThat(new Leftovers(home, log::add).clean()).isFalse();

        assertThat(stranger.isAlive()).isTrue();
        assertThat(log).isEmpty();
    }

    @Test
    void aNewHomeHasNoLeftovers() throws Exception {
        assertThat(new Leftovers(home, log::add).clean()).isFalse();
    }

    private Process sleeping() throws Exception {
        var process = new ProcessBuilder("sleep", "60").start();
        processes.add(process);
        return process;
    }

    private void write(ProcessIdentity watchdog, ProcessIdentity service) {
        var launcher = new ProcessIdentity(1, service.startedAt());
        new StateFile(home.stateFile())
                .write(new SuiteState(
                        SuiteState.Phase.READY,
                        launcher,
                        watchdog,
                        "http://127.0.0.1:8080",
                        "stories",
                        "/models/stories",
                        null,
                        List.of(new SuiteState.Service("gateway", service, 8080, SuiteState.Health.READY, 1.0, 0))));
    }
}
