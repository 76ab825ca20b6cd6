package io.meshtransformer.pjrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.pjrt.PjrtException.XlaError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Makes and frees many of each, round after round, and looks at the resident memory of the process, whose Java heap is
 * resident from the start. The JVM's compiler takes memory while code is new, 10 MiB and more, and then no more; what leaks
 * takes the same in every round. So one flat round is the proof, and what leaks a hundred bytes each never has one.
 */
class LeakTest {
    private static final int COUNT = 10_000;
    private static final long ALLOWED_KIB = 1024;
    private static final int ROUNDS = 8;

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
            assertThat(client.childCount()).isZero();
        }
    }

    /** They are small, and what other tests freed would hold 10,000 unseen: a million are too many for that. */
    @Test
    void eventsAreFreed() throws IOException {
        try (var client = Plugins.cpuClient(1);
                var buffer = client.upload(
                        Shape.of(ElementType.S8, 1),
                        new byte[1],
                        client.devices().getFirst())) {
            requireFlat("events", 100 * COUNT, () -> buffer.ready().close());
            assertThat(client.childCount()).isEqualTo(1);
        }
    }

    @Test
    void errorsAreFreed() throws IOException {
        var notSerialized = new byte[1];
        try (var client = Plugins.cpuClient(1)) {
            requireFlat("errors", 10 * COUNT, () -> assertThatThrownBy(() -> client.load(notSerialized))
                    .isInstanceOf(XlaError.class));
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
            assertThat(client.childCount()).as("only the program is left").isEqualTo(1);
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
            // A compilation takes 30 ms, 10,000 take five minutes: they grew by 6 MiB, once.
            requireFlat("compilations", 100, () -> client.compile(Programs.sum(), CompileOptions.singleDevice())
                    .close());
            assertThat(client.childCount()).isZero();
        }
    }

    @Test
    void clientsAreFreed() throws IOException {
        requireFlat("clients", 300, () -> Plugins.cpuClient(8).close());
    }

    private static void requireFlat(String what, int count, Runnable makeAndFree) throws IOException {
        var growth = new ArrayList<Long>();
        var start = System.nanoTime();
        do {
            var before = residentBytes();
            for (var turn = 0; turn < count; turn++) {
                makeAndFree.run();
            }
            growth.add((residentBytes() - before) >> 10);
        } while (growth.getLast() > ALLOWED_KIB && growth.size() < ROUNDS);
        System.out.printf(
                "rounds of %d %s grew by %s KiB, in %.1f s%n", count, what, growth, (System.nanoTime() - start) / 1e9);
        assertThat(growth.getLast())
                .as("KiB by which rounds of %d %s grew: %s", count, what, growth)
                .isLessThanOrEqualTo(ALLOWED_KIB);
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
