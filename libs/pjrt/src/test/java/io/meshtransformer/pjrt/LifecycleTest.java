package io.meshtransformer.pjrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.pjrt.PjrtException.Closed;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LifecycleTest {
    private static final Shape FOUR = Shape.of(ElementType.F32, 4);

    @Test
    void whatIsClosedCannotBeUsed() {
        try (var client = Plugins.cpuClient(1)) {
            var device = client.devices().getFirst();
            var x = client.upload(FOUR, new float[4], device);
            var sum = client.compile(Programs.sum(), CompileOptions.singleDevice());
            var event = x.ready();
            var host = HostBuffer.allocate(16);
            var topology = client.topology();

            event.close();
            topology.close();
            host.close();
            assertThatThrownBy(event::await).isInstanceOf(Closed.class).hasMessage("the event is closed");
            assertThatThrownBy(topology::devices).isInstanceOf(Closed.class);
            assertThatThrownBy(() -> host.read(0, new byte[1])).isInstanceOf(Closed.class);
            assertThatThrownBy(() -> x.copyTo(host, 0)).isInstanceOf(Closed.class);

            x.close();
            assertThatThrownBy(x::toFloats).isInstanceOf(Closed.class).hasMessage("the buffer f32[4] is closed");
            assertThatThrownBy(() -> sum.run(x, x)).isInstanceOf(Closed.class);

            sum.close();
            sum.close();
            assertThatThrownBy(() -> sum.executable().name())
                    .isInstanceOf(Closed.class)
                    .hasMessage("the executable is closed");
            assertThatThrownBy(() -> sum.run(x, x)).isInstanceOf(Closed.class);
        }
    }

    @Test
    void aClosedClientTakesAllItGaveWithIt() {
        var client = Plugins.cpuClient(2);
        var device = client.devices().getFirst();
        var sum = client.compile(Programs.sum(), CompileOptions.singleDevice());
        var x = client.upload(FOUR, new float[4], device);
        var execution = sum.execute(List.of(List.of(x, x)), ExecuteOptions.DEFAULT);
        var host = HostBuffer.allocate(16);
        var copy = x.copyTo(host, 0);

        client.close();

        assertThat(x.isClosed()).isTrue();
        assertThat(sum.isClosed()).isTrue();
        assertThat(copy.isClosed()).isTrue();
        assertThatThrownBy(execution::await).isInstanceOf(Closed.class);
        assertThatThrownBy(() -> client.upload(FOUR, new float[4], device)).isInstanceOf(Closed.class);
        assertThatThrownBy(() -> client.compile(Programs.sum(), CompileOptions.singleDevice()))
                .isInstanceOf(Closed.class)
                .hasMessage("the client is closed");
        assertThatThrownBy(device::memories).isInstanceOf(Closed.class);
        assertThat(device.description().kind()).isEqualTo("cpu");
        execution.close();
        x.close();
        host.close();
    }

    /** Threads run programs while another closes the client: each ends with a result or an exception, none in a crash. */
    @RepeatedTest(10)
    void closingAClientUnderRunningThreadsIsAnException() throws Exception {
        var client = Plugins.cpuClient(2);
        var device = client.devices().getFirst();
        var sum = client.compile(Programs.donatedSum(), CompileOptions.singleDevice());
        var threads = 4;
        var start = new CyclicBarrier(threads + 1);
        try (var executor = Executors.newFixedThreadPool(threads)) {
            Callable<Integer> runUntilClosed = () -> {
                start.await();
                var runs = 0;
                try {
                    while (true) {
                        var results = sum.run(
                                client.upload(FOUR, new float[4], device),
                                client.upload(FOUR, new float[] {1, 2, 3, 4}, device));
                        assertThat(results.getFirst().toFloats()).containsExactly(1, 2, 3, 4);
                        results.forEach(Buffer::close);
                        runs++;
                    }
                } catch (Closed closed) {
                    return runs;
                }
            };
            var running = IntStream.range(0, threads)
                    .mapToObj(_ -> executor.submit(runUntilClosed))
                    .toList();

            start.await();
            try (var x = client.upload(FOUR, new float[4], device)) {
                x.toFloats();
            }
            client.close();

            for (var thread : running) {
                assertThat(thread.get()).isNotNegative();
            }
        }
    }

    @RepeatedTest(10)
    void closingABufferUnderReadingThreadsIsAnException() throws Exception {
        try (var client = Plugins.cpuClient(1);
                var executor = Executors.newFixedThreadPool(2)) {
            var values = new float[1 << 16];
            values[7] = 7;
            var buffer = client.upload(
                    Shape.of(ElementType.F32, values.length),
                    values,
                    client.devices().getFirst());
            var start = new CyclicBarrier(2);
            var reader = executor.submit(() -> {
                start.await();
                try {
                    while (true) {
                        assertThat(buffer.toFloats()[7]).isEqualTo(7);
                    }
                } catch (Closed closed) {
                    return closed.getMessage();
                }
            });

            start.await();
            buffer.toFloats();
            buffer.close();

            assertThat(reader.get()).isEqualTo("the buffer f32[65536] is closed");
        }
    }

    /** Two runs with collectives would wait for each other for ever if devices started them in different orders. */
    @Test
    @Timeout(60)
    void programsOnManyDevicesRunFromManyThreads() throws Exception {
        var devices = 4;
        var threads = 4;
        try (var client = Plugins.cpuClient(devices);
                var dot = client.compile(Programs.shardedDot(devices, 8, 64, 8), CompileOptions.sharded(devices));
                var executor = Executors.newFixedThreadPool(threads)) {
            Callable<Integer> runMany = () -> {
                var right = 0;
                for (var run = 0; run < 50; run++) {
                    var arguments = ones(client, 8, 16);
                    var results = dot.run(arguments);
                    for (var result : results) {
                        right += result.getFirst().toFloats()[63] == 64 ? 1 : 0;
                        result.getFirst().close();
                    }
                    arguments.forEach(list -> list.forEach(Buffer::close));
                }
                return right;
            };
            for (var right : executor.invokeAll(Collections.nCopies(threads, runMany))) {
                assertThat(right.get()).isEqualTo(50 * devices);
            }
        }
    }

    private static List<List<Buffer>> ones(Client client, int rows, int slice) {
        var values = new float[rows * slice];
        Arrays.fill(values, 1);
        return client.devices().stream()
                .map(device -> List.of(
                        client.upload(Shape.of(ElementType.F32, rows, slice), values, device),
                        client.upload(Shape.of(ElementType.F32, slice, rows), values, device)))
                .toList();
    }
}
