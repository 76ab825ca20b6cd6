package io.meshtransformer.xla.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.files.Sha256;
import io.meshtransformer.pjrt.CompileOptions;
import io.meshtransformer.pjrt.ElementType;
import io.meshtransformer.pjrt.Shape;
import io.meshtransformer.stablehlo.ProgramBuilder;
import io.meshtransformer.stablehlo.type.TensorType;
import io.meshtransformer.xla.Plugins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramCacheTest {
    @TempDir
    Path directory;

    private String plugin;

    @BeforeEach
    void requirePlugin() {
        plugin = Plugins.requireCpu();
    }

    @Test
    void aProgramIsCompiledOnceForAllProcesses() throws IOException {
        assertThat(twice(new ProgramCache(directory), 1)).isEqualTo(new Counts(1, 0));
        assertThat(twice(new ProgramCache(directory), 1)).isEqualTo(new Counts(0, 1));
        assertThat(files()).hasSize(1);
    }

    @Test
    void anotherProgramOrOtherDevicesAreAnotherEntry() throws IOException {
        twice(new ProgramCache(directory), 1);
        assertThat(twice(new ProgramCache(directory), 2)).isEqualTo(new Counts(1, 0));
        try (var devices = Devices.open(Devices.plugin(plugin), 1)) {
            var cache = new ProgramCache(directory);
            cache.load(devices, text("halves"), CompileOptions.singleDevice()).close();
            assertThat(cache.compiled()).isEqualTo(1);
        }
        assertThat(files()).hasSize(3);
    }

    @Test
    void aDamagedEntryIsThrownAwayAndCompiledAnew() throws IOException {
        twice(new ProgramCache(directory), 1);
        var file = files().getFirst();
        var whole = Files.readAllBytes(file);
        whole[whole.length / 2] ^= 1;
        for (var damaged : List.of(whole, new byte[0], new byte[40])) {
            Files.write(file, damaged);
            assertThat(twice(new ProgramCache(directory), 1)).isEqualTo(new Counts(1, 0));
            assertThat(twice(new ProgramCache(directory), 1)).isEqualTo(new Counts(0, 1));
        }
    }

    @Test
    void anEntryThatThePlatformDoesNotTakeIsCompiledAnew() throws IOException {
        twice(new ProgramCache(directory), 1);
        var file = files().getFirst();
        var nonsense = "no executable".getBytes(UTF_8);
        Files.write(file, concatenated(HexFormat.of().parseHex(Sha256.of(nonsense)), nonsense));
        assertThat(twice(new ProgramCache(directory), 1)).isEqualTo(new Counts(1, 0));
    }

    private record Counts(int compiled, int loaded) {}

    /** Runs a program that doubles. */
    private Counts twice(ProgramCache cache, int deviceCount) {
        try (var devices = Devices.open(Devices.plugin(plugin), deviceCount);
                var executable = cache.load(devices, text("twice"), CompileOptions.singleDevice())) {
            var device = executable.devices().getFirst();
            var x = devices.client().upload(Shape.of(ElementType.F32, 2), new float[] {1.5f, -2}, device);
            assertThat(executable.run(x).getFirst().toFloats()).containsExactly(3, -4);
        }
        return new Counts(cache.compiled(), cache.loaded());
    }

    private static String text(String name) {
        var program = ProgramBuilder.program(name);
        var main = program.function("main");
        var x = main.argument("x", TensorType.of(io.meshtransformer.stablehlo.type.ElementType.F32, 2));
        main.result("y", main.add(x, x)).build();
        return program.build().toMlir();
    }

    private List<Path> files() throws IOException {
        try (var list = Files.list(directory)) {
            return list.sorted().toList();
        }
    }

    private static byte[] concatenated(byte[] left, byte[] right) {
        var all = Arrays.copyOf(left, left.length + right.length);
        System.arraycopy(right, 0, all, left.length, right.length);
        return all;
    }
}
