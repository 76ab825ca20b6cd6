package io.meshtransformer.pjrt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Makes and frees many of each and looks at the resident memory of the process, whose Java heap is resident from the start.
 * What is allowed is less than a kilobyte for each.
 */
class LeakTest {
    private static final int COUNT = 10_000;
    private static final long ALLOWED_GROWTH = 8L << 20;

    @Test
    void buffersAndEventsAreFreed() throws IOException {
        try (var client = Plugins.cpuClient(2)) {
            var shape = Shape.of(ElementType.F32, 16_384);
            var values = new float[16_384];
            var device = client.devices().getFirst();
            requireFlat("buffers", COUNT, () -> {
                try (var buffer = client.upload(shape, values, device);
                        var ready = buffer.ready();
                        var host = HostBuffer.allocate(shape.bytes());
                        var copy = buffer.copyTo(host, 0)) {
                    ready.await();
                    copy.await();
                }
            });
        }
    }

    @Test
    void executionsWithDonationAreFreed() throws IOException {
        try (var client = Plugins.cpuClient(1);
                var sum = client.compile(Programs.donatedSum(), CompileOptions.singleDevice())) {
            var shape = Shape.of(ElementType.F32, 4);
            var device = client.devices().getFirst();
            requireFlat("executions", COUNT, () -> {
                var x = client.upload(shape, new float[4], device);
                try (var y = client.upload(shape, new float[4], device);
                        var execution = sum.execute(List.of(List.of(x, y)), ExecuteOptions.DEFAULT)) {
                    execution.await();
                    execution.results().getFirst().forEach(Buffer::close);
                }
            });
        }
    }

    @Test
    void executablesAreFreed() throws IOException {
        try (var client = Plugins.cpuClient(1)) {
            byte[] serialized;
            try (var sum = client.compile(Programs.sum(), CompileOptions.singleDevice())) {
                serialized = sum.executable().serialize();
            }
            requireFlat(
                    "loaded executables", COUNT, () -> client.load(serialized).close());
            // A compilation takes 30 ms, 10,000 take five minutes: they grew by 6 MiB when that was measured.
            requireFlat("compilations", 100, () -> client.compile(Programs.sum(), CompileOptions.singleDevice())
                    .close());
        }
    }

    @Test
    void clientsAreFreed() throws IOException {
        requireFlat("clients", 300, () -> Plugins.cpuClient(8).close());
    }

    private static void requireFlat(String what, int count, Runnable makeAndFree) throws IOException {
        var warmUp = count / 5;
        for (var turn = 0; turn < warmUp; turn++) {
            makeAndFree.run();
        }
        var before = residentBytes();
        var start = System.nanoTime();
        for (var turn = 0; turn < count; turn++) {
            makeAndFree.run();
        }
        var growth = residentBytes() - before;
        System.out.printf(
                "%d %s in %.1f s, %d KiB more%n", count, what, (System.nanoTime() - start) / 1e9, growth >> 10);
        assertThat(growth).as("growth in bytes over %d %s", count, what).isLessThan(ALLOWED_GROWTH);
    }

    private static long residentBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .findFirst()
                        .orElseThrow()
                * 1024;
    }
}
