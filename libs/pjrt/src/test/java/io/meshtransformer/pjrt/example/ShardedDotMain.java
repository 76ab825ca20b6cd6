package io.meshtransformer.pjrt.example;

import io.meshtransformer.pjrt.Buffer;
import io.meshtransformer.pjrt.Client;
import io.meshtransformer.pjrt.CompileOptions;
import io.meshtransformer.pjrt.Device;
import io.meshtransformer.pjrt.ElementType;
import io.meshtransformer.pjrt.HloText;
import io.meshtransformer.pjrt.NamedValue;
import io.meshtransformer.pjrt.Plugin;
import io.meshtransformer.pjrt.Programs;
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
                var dot = client.compile(
                        Programs.shardedDot(devices, ROWS, SLICE * devices, COLUMNS),
                        CompileOptions.sharded(devices))) {
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
            try (var executable = topology.compile(
                    Programs.shardedDot(cores, ROWS, SLICE * cores, COLUMNS), CompileOptions.sharded(cores))) {
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

    private static final class Clock {
        private long last = System.nanoTime();

        void lap(String what) {
            var now = System.nanoTime();
            System.out.printf("%6.3f s  %s%n", (now - last) / 1e9, what);
            last = now;
        }
    }
}
