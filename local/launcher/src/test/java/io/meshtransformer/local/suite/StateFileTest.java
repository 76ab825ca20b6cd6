package io.meshtransformer.local.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.local.LauncherException;
import io.meshtransformer.local.process.ProcessIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFileTest {
    @TempDir
    private Path directory;

    private Path path;
    private StateFile file;

    @BeforeEach
    void prepare() {
        path = directory.resolve("state.json");
        file = new StateFile(path);
    }

    @Test
    void whatWasWrittenIsRead() {
        var me = ProcessIdentity.current();
        var state = new SuiteState(
                SuiteState.Phase.STARTING,
                me,
                me,
                "http://127.0.0.1:8080",
                "stories",
                "/models/stories",
                null,
                List.of(
                        new SuiteState.Service("kafka", me, 9092, SuiteState.Health.READY, 2.5, 0),
                        new SuiteState.Service("gateway", null, 8080, SuiteState.Health.RESTARTING, null, 3)));

        file.write(state);

        assertThat(file.read()).contains(state);
        assertThat(directory).isDirectoryContaining(entry -> entry.equals(path));
        assertThat(directory.toFile().list()).as("nothing is left aside").containsExactly("state.json");
    }

    @Test
    void aHomeWithoutStateHasNone() {
        assertThat(file.read()).isEmpty();
    }

    @Test
    void unknownFieldsOfALaterVersionAreIgnored() throws Exception {
        Files.writeString(path, """
                {"phase": "ready", "launcher": {"pid": 1, "startedAt": "2026-01-01T00:00:00Z"}, "url": "http://x",
                 "model": "m", "services": [], "later": true}""");

        assertThat(file.read()).map(SuiteState::phase).contains(SuiteState.Phase.READY);
    }

    @Test
    void aDamagedFileIsNamed() throws Exception {
        Files.writeString(path, "{\"phase\": \"rea");

        assertThatThrownBy(file::read)
                .isInstanceOf(LauncherException.class)
                .hasMessageContaining(path + " is damaged")
                .hasMessageContaining("delete it if no suite runs");
    }
}
