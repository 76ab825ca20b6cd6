package io.meshtransformer.pjrt.example;

import io.meshtransformer.pjrt.Buffer;
import io.meshtransformer.pjrt.Client;
import io.meshtransformer.pjrt.CompileOptions;
import io.meshtransformer.pjrt.Device;
import io.meshtransformer.pjrt.ElementType;
import io.meshtransformer.pjrt.HloText;
import io.meshtransformer.pjrt.NamedValue;
import io.meshtransformer.pjrt.Plugin;
import io.meshtransformer.pjrt.Program;
import io.meshtransformer.pjrt.Shape;
import io.meshtransformer.pjrt.plugin.PluginPackage;
import io.meshtransformer.pjrt.plugin.PluginStore;
import java.util.Arrays;
import java.util.List;

/**
 * A product of two matrices, sharded over many devices: run on virtual devices of the CPU, or compiled for a TPU topology
 * that isn't there. Also what is built as a native executable to see that the library works in one.
 */
public final class ShardedDotMain {
    private static final int ROWS = 512;
    private static final int SLICE = 1024;
    private static final int COLUMNS = 512;

    private ShardedDotMain() {}

    public static void main(String[] arguments) {
        switch (arguments.length > 0 ? arguments[0] : "") {
            case "cpu" -> runOnCpu(8);
            case "tpu" -> compileForTpu("v3:8x16", 256);
            default -> System.out.println("usage: cpu | tpu");
        }
    }

    private static void runOnCpu(int devices) {
        var clock = new Clock();
        var plugin = load(PluginPackage.CPU);
        clock.lap("loaded " + plugin);
        try (var client = plugin.createClient(NamedValue.of("cpu_device_count", devices));
                var dot = client.compile(program(devices), CompileOptions.sharded(devices))) {
            clock.lap("compiled for " + client.devices().size() + " devices");
            var buffers =
                    dot.devices().stream().map(device -> slices(client, device)).toList();
            clock.lap("uploaded");
            var results = dot.run(buffers);
            clock.lap("ran");
            for (var result : results) {
                var values = result.getFirst().toFloats();
                var expected = 0.5f * SLICE * devices;
                for (var value : values) {
                    if (value != expected) {
                        throw new IllegalStateException("got " + value + ", expected " + expected);
                    }
                }
            }
            clock.lap("every element on every device is "
                    + results.getFirst().getFirst().toFloats()[0]);
        }
    }

    private static void compileForTpu(String name, int cores) {
        var clock = new Clock();
        var plugin = load(PluginPackage.TPU);
        clock.lap("loaded " + plugin);
        try (var topology = plugin.topology(name)) {
            clock.lap(name + " has " + topology.devices().size() + " cores, the first "
                    + topology.devices().getFirst());
            try (var executable = topology.compile(program(cores), CompileOptions.sharded(cores))) {
                clock.lap("compiled");
                System.out.println("memory of a core: " + executable.memory());
                System.out.println(
                        "FLOPs of a core: " + executable.costAnalysis().get("flops"));
                System.out.println(HloText.of(executable.optimizedProgram()));
            }
        }
    }

    private static Plugin load(PluginPackage plugin) {
        var installed = PluginStore.ofUser()
                .install(
                        plugin,
                        (stage, done, total) -> System.out.printf(
                                "\r%s %3d %%%s", stage, 100 * done / total, done == total ? "\n" : ""));
        return Plugin.load(installed.library());
    }

    private static List<Buffer> slices(Client client, Device device) {
        var ones = new float[ROWS * SLICE];
        Arrays.fill(ones, 1);
        var halves = new float[SLICE * COLUMNS];
        Arrays.fill(halves, 0.5f);
        return List.of(
                client.upload(Shape.of(ElementType.F32, ROWS, SLICE), ones, device),
                client.upload(Shape.of(ElementType.F32, SLICE, COLUMNS), halves, device));
    }

    /** Cut over the inner dimension, so that every device computes a part of every sum. */
    private static Program program(int devices) {
        return Program.mlir("""
                module @sharded_dot attributes {mhlo.num_partitions = %1$d : i32, mhlo.num_replicas = 1 : i32} {
                  sdy.mesh @mesh = <["mp"=%1$d]>
                  func.func public @main(
                      %%a: tensor<%2$dx%3$dxf32> {sdy.sharding = #sdy.sharding<@mesh, [{}, {"mp"}]>},
                      %%b: tensor<%3$dx%4$dxf32> {sdy.sharding = #sdy.sharding<@mesh, [{"mp"}, {}]>})
                      -> (tensor<%2$dx%4$dxf32> {sdy.sharding = #sdy.sharding<@mesh, [{}, {}]>}) {
                    %%0 = stablehlo.dot_general %%a, %%b, contracting_dims = [1] x [0]
                        : (tensor<%2$dx%3$dxf32>, tensor<%3$dx%4$dxf32>) -> tensor<%2$dx%4$dxf32>
                    return %%0 : tensor<%2$dx%4$dxf32>
                  }
                }
                """.formatted(devices, ROWS, SLICE * devices, COLUMNS));
    }

    private static final class Clock {
        private long last = System.nanoTime();

        void lap(String what) {
            var now = System.nanoTime();
            System.out.printf("%6.3f s  %s%n", (now - last) / 1e9, what);
            last = now;
        }
    }
}
