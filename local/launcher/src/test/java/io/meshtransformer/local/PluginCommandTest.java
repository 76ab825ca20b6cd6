package io.meshtransformer.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshtransformer.pjrt.plugin.PluginPackage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mtj plugin} on caches of its own; nothing here needs a network. */
class PluginCommandTest {
    @TempDir
    private Path cache;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void whatIsInstalledIsSaidToBeSoAndNotFetchedAgain() throws Exception {
        var library = place(PluginPackage.TPU);

        assertThat(run("plugin", "install", "tpu", "--plugins", cache.toString()))
                .isZero();

        assertThat(out.toString().lines())
                .containsExactly(
                        "tpu (libtpu 0.0.51) is already installed: " + library + ", 2.0 MB",
                        "It needs: TPUs to run programs; compiling for a topology needs none.");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void aNameThatIsNoPluginIsWrongUsage() {
        assertThat(run("plugin", "install", "rocm")).isEqualTo(2);
        assertThat(err.toString()).contains("'rocm' is no plugin; there are cpu, tpu, cuda");
    }

    @Test
    void pluginAloneIsWrongUsage() {
        assertThat(run("plugin")).isEqualTo(2);
        assertThat(err.toString()).contains("Say install or list");
    }

    @Test
    void aCacheThatCannotBeWrittenIsOneSentenceAndExitsWithOne() throws Exception {
        var file = Files.writeString(cache.resolve("file"), "no directory");

        assertThat(run("plugin", "install", "cpu", "--plugins", file.toString()))
                .isEqualTo(1);

        assertThat(err.toString().lines().toList().getLast())
                .startsWith("mtj: the plugin cache " + file + " failed for cpu (lammps-jax-pjrt-cpu 0.11.2): ");
    }

    @Test
    void theListTellsWhatIsThereAndWhatItIsFor() throws Exception {
        var library = place(PluginPackage.CPU);

        assertThat(run("plugin", "list", "--plugins", cache.toString())).isZero();

        assertThat(out.toString().lines())
                .containsExactly(
                        "NAME  VERSION   INSTALLED        SIZE  FOR",
                        "cpu   0.11.2    yes            2.0 MB  runs programs on this machine's processor",
                        "      " + library,
                        "tpu   0.0.51    no           204.8 MB  compiles for TPUs anywhere (mtj plan), runs on TPUs",
                        "cuda  0.12.0.1  no           134.9 MB  runs programs on NVIDIA GPUs");
    }

    @Test
    void theListAsJsonHasEveryPluginWithItsPath() throws Exception {
        var library = place(PluginPackage.CPU);

        assertThat(run("plugin", "list", "--json", "--plugins", cache.toString()))
                .isZero();

        var list = new ObjectMapper().readTree(out.toString());
        assertThat(list.findValuesAsText("name")).containsExactly("cpu", "tpu", "cuda");
        assertThat(list.get(0)).isEqualTo(new ObjectMapper().readTree("""
                {"name": "cpu", "version": "0.11.2", "installed": true, "bytes": 2000000, "path": "%s",
                 "purpose": "runs programs on this machine's processor"}
                """.formatted(library)));
        assertThat(list.get(1).get("installed").asBoolean()).isFalse();
        assertThat(list.get(1).get("path").isNull()).isTrue();
    }

    /** A cache entry as the store writes it, around a library of two million bytes. */
    private Path place(PluginPackage plugin) throws IOException {
        var directory = Files.createDirectories(cache.resolve(plugin.name() + "-" + plugin.version()));
        var file = Path.of(plugin.library()).getFileName();
        var library = Files.write(directory.resolve(file), new byte[2_000_000]);
        Files.writeString(
                directory.resolve("plugin.properties"),
                "name=%s\nversion=%s\nsha256=%s\nsize=2000000\nfile=%s\n"
                        .formatted(plugin.name(), plugin.version(), plugin.wheelSha256(), file));
        return library;
    }

    private int run(String... arguments) {
        return Mtj.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
