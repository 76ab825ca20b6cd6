package io.meshtransformer.pjrt.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.meshtransformer.pjrt.plugin.InstallProgress.Stage;
import io.meshtransformer.pjrt.plugin.PluginStoreException.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginStoreTest {
    private static final byte[] LIBRARY =
            "the library of a plugin".repeat(100_000).getBytes();
    private static final Pip NO_PIP = new Pip(List.of(), Map.of());

    @TempDir
    Path directory;

    private Path index;
    private PluginPackage plugin;

    @BeforeEach
    void publish() throws IOException {
        index = Files.createDirectory(directory.resolve("index"));
        plugin = FakeWheel.publish(index, "lib/fake.so", LIBRARY);
    }

    @Test
    void pipBringsAPluginFromTheFolderItIsConfiguredFor() throws IOException {
        var reports = new ArrayList<Stage>();

        var installed = store(realPip()).install(plugin, (stage, done, total) -> {
            assertThat(done).isLessThanOrEqualTo(total);
            reports.add(stage);
        });

        assertThat(installed.library()).hasBinaryContent(LIBRARY);
        assertThat(installed.version()).isEqualTo(plugin.version());
        assertThat(installed.wheelSha256()).isEqualTo(plugin.wheelSha256());
        assertThat(installed.bytes()).isEqualTo(LIBRARY.length);
        assertThat(reports).contains(Stage.DOWNLOAD, Stage.UNPACK);
        assertThat(filesIn(cache())).containsExactlyInAnyOrder(".lock", "fake-1.0");
    }

    @Test
    void whatIsThereNeedsNeitherPipNorNetwork() {
        var installed =
                store(fakePip("cp '%s'/*.whl \"$dest\"".formatted(index))).install(plugin, InstallProgress.SILENT);

        var offline = store(NO_PIP);

        assertThat(offline.install(plugin, InstallProgress.SILENT)).isEqualTo(installed);
        assertThat(offline.require(plugin)).isEqualTo(installed.library());
    }

    @Test
    void aMissingPluginSaysHowItIsBrought() {
        assertThatThrownBy(() -> store(NO_PIP).require(PluginPackage.CPU))
                .isInstanceOfSatisfying(PluginStoreException.class, error -> assertThat(error.problem())
                        .isEqualTo(Problem.MISSING))
                .hasMessage("the plugin cpu (lammps-jax-pjrt-cpu 0.11.2) is not in " + cache()
                        + ": ./mtj plugin install cpu gets it");
    }

    @Test
    void withoutPipThereIsASentence() {
        assertThatThrownBy(() -> store(NO_PIP).install(plugin, InstallProgress.SILENT))
                .isInstanceOfSatisfying(PluginStoreException.class, error -> assertThat(error.problem())
                        .isEqualTo(Problem.NO_PIP))
                .hasMessageContaining("there is neither pip3, pip nor python3 on the PATH");
    }

    @Test
    void aWheelOfAnotherHashIsThrownAwayNamingBoth() throws IOException {
        var pinned = "0".repeat(64);
        var expected = FakeWheel.withHash(plugin, pinned);

        assertThatThrownBy(() -> store(fakePip("cp '%s'/*.whl \"$dest\"".formatted(index)))
                        .install(expected, InstallProgress.SILENT))
                .isInstanceOfSatisfying(PluginStoreException.class, error -> assertThat(error.problem())
                        .isEqualTo(Problem.WRONG_HASH))
                .hasMessageContainingAll(pinned, plugin.wheelSha256());
        assertThat(filesIn(cache())).containsExactly(".lock");
    }

    @Test
    void whatPipSaysWhenItFailsIsPassedOn() throws IOException {
        assertThatThrownBy(() -> store(fakePip("echo 'No matching distribution'; exit 1"))
                        .install(plugin, InstallProgress.SILENT))
                .isInstanceOfSatisfying(PluginStoreException.class, error -> assertThat(error.problem())
                        .isEqualTo(Problem.DOWNLOAD_FAILED))
                .hasMessage("pip could not download fake==1.0 (exit code 1): No matching distribution");
        assertThat(filesIn(cache())).containsExactly(".lock");
    }

    @Test
    void anInstallationThatWasBrokenOffLeavesNothingThatCounts() throws IOException {
        var store = store(fakePip("cp '%s'/*.whl \"$dest\"".formatted(index)));
        InstallProgress powerFailure = (stage, done, total) -> {
            if (stage == Stage.UNPACK) {
                throw new IllegalStateException("the power failed");
            }
        };
        assertThatThrownBy(() -> store.install(plugin, powerFailure)).hasMessage("the power failed");
        assertThat(store.find(plugin)).isEmpty();

        // Nor what a process left that had no time to clean up.
        var left = Files.createDirectories(cache().resolve(".fake.part/plugin"));
        Files.writeString(left.resolve("fake.so"), "half a lib");
        assertThat(store.find(plugin)).isEmpty();

        assertThat(store.install(plugin, InstallProgress.SILENT).library()).hasBinaryContent(LIBRARY);
        assertThat(filesIn(cache())).containsExactlyInAnyOrder(".lock", "fake-1.0");
    }

    @Test
    void aLibraryThatWasCutOffIsBroughtAgain() throws IOException {
        var store = store(fakePip("cp '%s'/*.whl \"$dest\"".formatted(index)));
        var library = store.install(plugin, InstallProgress.SILENT).library();
        Files.writeString(library, "half");

        assertThat(store.find(plugin)).isEmpty();
        assertThat(store.install(plugin, InstallProgress.SILENT).library()).hasBinaryContent(LIBRARY);
    }

    @Test
    void ofManyInstallersOneDownloads() throws Exception {
        var calls = directory.resolve("calls");
        var pip = fakePip("echo call >> '%s'; cp '%s'/*.whl \"$dest\"".formatted(calls, index));
        try (var executor = Executors.newFixedThreadPool(4)) {
            Callable<Path> install =
                    () -> store(pip).install(plugin, InstallProgress.SILENT).library();
            for (var library : executor.invokeAll(List.of(install, install, install, install))) {
                assertThat(library.get()).hasBinaryContent(LIBRARY);
            }
        }
        assertThat(Files.readAllLines(calls)).containsExactly("call");
    }

    @Test
    void aWheelWithoutTheLibraryIsRefused() throws IOException {
        var other = FakeWheel.publish(Files.createDirectory(directory.resolve("other")), "lib/other.so", LIBRARY);
        var expected = FakeWheel.withHash(plugin, other.wheelSha256());

        assertThatThrownBy(() -> store(fakePip("cp '%s'/*.whl \"$dest\"".formatted(directory.resolve("other"))))
                        .install(expected, InstallProgress.SILENT))
                .hasMessageContaining("has no lib/fake.so");
    }

    @Test
    void theCacheIsWhereTheEnvironmentSays() {
        assertThat(PluginStore.defaultDirectory(Map.of("MTJ_PLUGINS", "/plugins")))
                .isEqualTo(Path.of("/plugins"));
        assertThat(PluginStore.defaultDirectory(Map.of())).endsWith(Path.of(".cache", "mtj", "plugins"));
    }

    @Test
    void everyKnownPluginHasAName() {
        assertThat(PluginPackage.KNOWN).extracting(PluginPackage::name).containsExactly("cpu", "tpu", "cuda");
        assertThat(PluginPackage.named("tpu")).contains(PluginPackage.TPU);
        assertThat(PluginPackage.named("abacus")).isEmpty();
    }

    private PluginStore store(Pip pip) {
        return new PluginStore(cache(), pip);
    }

    private Path cache() {
        return directory.resolve("cache");
    }

    /** The machine's pip, configured by its environment for the folder alone. */
    private Pip realPip() {
        var command = Pip.onPath().command();
        assumeFalse(command.isEmpty(), "SKIPPED, pip itself was not tried: there is none on the PATH");
        return new Pip(
                command,
                Map.of("PIP_NO_INDEX", "1", "PIP_FIND_LINKS", index.toString(), "PIP_CONFIG_FILE", "/dev/null"));
    }

    /** A script in place of pip, which finds the target folder in {@code $dest}. */
    private Pip fakePip(String body) {
        var script = directory.resolve("pip-" + System.nanoTime());
        try {
            Files.writeString(script, """
                    #!/bin/sh
                    while [ $# -gt 0 ]; do [ "$1" = --dest ] && dest=$2; shift; done
                    %s
                    """.formatted(body));
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
        return new Pip(List.of(script.toString()), Map.of());
    }

    private static List<String> filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
