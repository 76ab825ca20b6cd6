package io.meshtransformer.local.suite;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.local.LauncherException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServicesTest {
    private static final Instant BUILT = Instant.parse("2026-01-01T00:00:00Z");

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
