package io.meshtransformer.local.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.gptj.WeightFormat;
import io.meshtransformer.local.LauncherException;
import io.meshtransformer.local.model.Engine;
import io.meshtransformer.local.model.ModelDirectory;
import io.meshtransformer.local.model.XlaOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServicesTest {
    private static final Instant BUILT = Instant.parse("2026-01-01T00:00:00Z");

    private static final Path STORIES = Path.of(System.getProperty("mtj.root"), "models", "stories");

    @TempDir
    Path root;

    @Test
    void aServiceWithoutAJarIsNotBuilt() throws IOException {
        jars();
        Files.delete(Services.jar(root, Services.GATEWAY));

        assertThatThrownBy(() -> Services.requireBuilt(root, false))
                .isInstanceOf(LauncherException.class)
                .hasMessageStartingWith("gateway is not built: ");
    }

    @Test
    void nativeExecutablesMustBeThereAndNewerThanTheirJars() throws IOException {
        jars();
        for (var name : Services.NAMES) {
            executable(name, BUILT.plusSeconds(1));
        }
        assertThatCode(() -> Services.requireBuilt(root, true)).doesNotThrowAnyException();

        executable(Services.INFERENCE, BUILT.minusSeconds(1));
        assertThatThrownBy(() -> Services.requireBuilt(root, true))
                .isInstanceOf(LauncherException.class)
                .hasMessageStartingWith("inference-service has no native executable that is newer than ")
                .hasMessageEndingWith("build it with './mtj native'");

        Files.delete(runner(Services.INFERENCE));
        assertThatThrownBy(() -> Services.requireBuilt(root, true)).isInstanceOf(LauncherException.class);
        assertThatCode(() -> Services.requireBuilt(root, false)).doesNotThrowAnyException();
    }

    @Test
    void evalServiceIsToldTheModelAndTheFoldersThatThereAre() throws IOException {
        var home = new Home(root.resolve("home"));
        Files.createDirectories(home.evaluationTasks());
        var data = Files.createDirectory(root.resolve("data"));

        assertThat(evaluation(home, EvaluationFolders.find(home, null, null)))
                .containsEntry("MTJ_MODEL_NAME", "stories")
                .containsEntry("MTJ_MODEL_DIRECTORY", STORIES.toString())
                .containsEntry("MTJ_EVALUATION_TASKS", home.evaluationTasks().toString())
                .doesNotContainKey("MTJ_EVALUATION_DATA");
        assertThat(evaluation(home, EvaluationFolders.find(home, data, data)))
                .containsEntry("MTJ_EVALUATION_DATA", data.toString())
                .containsEntry("MTJ_EVALUATION_TASKS", data.toString());
        assertThatThrownBy(() -> EvaluationFolders.find(home, root.resolve("nowhere"), null))
                .isInstanceOf(LauncherException.class)
                .hasMessage("there is no folder " + root.resolve("nowhere"));
    }

    private Map<String, String> evaluation(Home home, EvaluationFolders folders) {
        var options = new SuiteOptions(
                root,
                home,
                8080,
                new ModelDirectory("stories", STORIES),
                Engine.VECTOR,
                XlaOptions.DEFAULT,
                WeightFormat.FP32,
                folders,
                false);
        return new Services(options, new Services.Addresses("kafka:1", "jdbc:postgresql://x", 1, 2, 3, 4))
                .evaluation()
                .environment();
    }

    private void jars() throws IOException {
        for (var name : Services.NAMES) {
            var jar = Services.jar(root, name);
            Files.createDirectories(jar.getParent());
            Files.setLastModifiedTime(Files.createFile(jar), FileTime.from(BUILT));
        }
    }

    private void executable(String name, Instant time) throws IOException {
        Files.deleteIfExists(runner(name));
        var executable = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setLastModifiedTime(Files.createFile(runner(name), executable), FileTime.from(time));
    }

    private Path runner(String name) {
        return root.resolve(name).resolve("target").resolve("mtj-" + name + "-1-runner");
    }
}
