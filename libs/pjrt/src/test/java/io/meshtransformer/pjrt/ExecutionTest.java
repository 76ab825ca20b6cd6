package io.meshtransformer.pjrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.pjrt.PjrtException.Closed;
import io.meshtransformer.pjrt.PjrtException.XlaError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ExecutionTest {
    private static final int DEVICES = 8;
    private static final Shape FOUR = Shape.of(ElementType.F32, 4);

    private static Client client;

    @BeforeAll
    static void open() {
        client = Plugins.cpuClient(DEVICES);
    }

    @AfterAll
    static void close() {
        if (client != null) {
            client.close();
        }
    }

    @Test
    void aProgramRunsOnOneDevice() {
        try (var sum = client.compile(Programs.sum(), CompileOptions.singleDevice());
                var x = floats(1, 2, 3, 4);
                var y = floats(10, 20, 30, 40);
                var result = sum.run(x, y).getFirst()) {
            assertThat(result.toFloats()).containsExactly(11, 22, 33, 44);
            assertThat(result.shape()).isEqualTo(FOUR);
            assertThat(x.toFloats()).containsExactly(1, 2, 3, 4);
        }
    }

    @Test
    void aProgramRunsOnTheDeviceOfItsAssignment() {
        var options = CompileOptions.singleDevice().withDeviceAssignment(DeviceAssignment.ofPartitions(List.of(5)));
        var fifth = client.devices().get(5);

        try (var sum = client.compile(Programs.sum(), options);
                var x = client.upload(FOUR, new float[] {1, 2, 3, 4}, fifth);
                var result = sum.run(x, x).getFirst()) {
            assertThat(sum.devices()).containsExactly(fifth);
            assertThat(sum.deviceAssignment().device(0, 0)).isEqualTo(5);
            assertThat(result.device()).isSameAs(fifth);
            assertThat(result.toFloats()).containsExactly(2, 4, 6, 8);
        }
    }

    /** Every device has a slice of the inner dimension; the result takes all of them, and is exact in fp32. */
    @Test
    void aShardedProgramGivesTheExactResultOnEveryDevice() {
        var rows = 16;
        var slice = 32;
        var columns = 8;
        var inner = slice * DEVICES;
        var arguments = new ArrayList<List<Buffer>>();
        var expected = new float[rows * columns];
        for (var device = 0; device < DEVICES; device++) {
            var a = new float[rows * slice];
            var b = new float[slice * columns];
            for (var k = 0; k < slice; k++) {
                for (var row = 0; row < rows; row++) {
                    a[row * slice + k] = row + device;
                }
                for (var column = 0; column < columns; column++) {
                    b[k * columns + column] = column - k % 3;
                    for (var row = 0; row < rows; row++) {
                        expected[row * columns + column] += (row + device) * (column - k % 3);
                    }
                }
            }
            var target = client.devices().get(device);
            arguments.add(List.of(
                    client.upload(Shape.of(ElementType.F32, rows, slice), a, target),
                    client.upload(Shape.of(ElementType.F32, slice, columns), b, target)));
        }

        try (var dot =
                client.compile(Programs.shardedDot(DEVICES, rows, inner, columns), CompileOptions.sharded(DEVICES))) {
            assertThat(dot.devices()).isEqualTo(client.devices());
            assertThat(dot.executable().partitions()).isEqualTo(DEVICES);
            assertThat(HloText.of(dot.executable().optimizedProgram())).contains("all-reduce(");
            try (var execution = dot.execute(arguments, ExecuteOptions.DEFAULT)) {
                execution.await();
                assertThat(execution.events()).hasSize(DEVICES).allMatch(Event::isReady);
                assertThat(execution.results()).hasSize(DEVICES);
                for (var results : execution.results()) {
                    assertThat(results.getFirst().toFloats()).containsExactly(expected);
                    results.getFirst().close();
                }
            }
        }
        arguments.forEach(list -> list.forEach(Buffer::close));
    }

    @Test
    void shapesAreThoseOfADevicesPart() {
        try (var executable = client.compile(Programs.shardedNegation(4), CompileOptions.sharded(4))) {
            var arguments = executable.devices().stream()
                    .map(device -> List.of(client.upload(Shape.of(ElementType.F32, 2), new float[2], device)))
                    .toList();
            var results = executable.run(arguments);

            assertThat(results.getLast().getFirst().shape()).isEqualTo(Shape.of(ElementType.F32, 2));
            assertThat(executable.executable().outputs()).containsExactly(Shape.of(ElementType.F32, 2));
        }
    }

    @Test
    void replicasRunOnDifferentData() {
        try (var sum = client.compile(Programs.sum(), CompileOptions.replicated(2));
                var x0 = client.upload(
                        FOUR, new float[] {1, 1, 1, 1}, sum.devices().get(0));
                var x1 = client.upload(
                        FOUR, new float[] {2, 2, 2, 2}, sum.devices().get(1))) {
            var results = sum.run(List.of(List.of(x0, x0), List.of(x1, x1)));

            assertThat(sum.executable().replicas()).isEqualTo(2);
            assertThat(results.get(0).getFirst().toFloats()).containsOnly(2);
            assertThat(results.get(1).getFirst().toFloats()).containsOnly(4);
            results.forEach(list -> list.forEach(Buffer::close));
        }
    }

    @Test
    void aDonatedArgumentIsGone() {
        try (var sum = client.compile(Programs.donatedSum(), CompileOptions.singleDevice());
                var y = floats(1, 1, 1, 1)) {
            var x = floats(0, 0, 0, 0);
            for (var step = 0; step < 5; step++) {
                var results = sum.run(x, y);
                var donated = x;
                assertThat(donated.isClosed()).isTrue();
                assertThatThrownBy(donated::toFloats)
                        .isInstanceOf(Closed.class)
                        .hasMessageContaining("was donated to an execution and is gone");
                assertThatThrownBy(() -> sum.run(donated, y)).isInstanceOf(Closed.class);
                x = results.getFirst();
                results.get(1).close();
            }
            assertThat(x.toFloats()).containsOnly(5);
            assertThat(y.isClosed()).isFalse();
            x.close();
        }
    }

    @Test
    void anArgumentIsKeptThatTheProgramWouldTake() {
        try (var sum = client.compile(Programs.donatedSum(), CompileOptions.singleDevice());
                var x = floats(1, 2, 3, 4);
                var execution = sum.execute(List.of(List.of(x, x)), ExecuteOptions.keeping(0))) {
            execution.await();
            assertThat(execution.results().getFirst().getFirst().toFloats()).containsExactly(2, 4, 6, 8);
            assertThat(x.toFloats()).containsExactly(1, 2, 3, 4);
            execution.results().getFirst().forEach(Buffer::close);
        }
    }

    @Test
    void hostMemoryThatWasDonatedInPlaceLivesOnInTheResult() {
        try (var sum = client.compile(Programs.donatedSum(), CompileOptions.singleDevice());
                var y = floats(1, 1, 1, 1)) {
            Buffer x;
            try (var host = HostBuffer.allocate(16)) {
                x = client.upload(
                        FOUR,
                        host,
                        0,
                        HostBufferSemantics.MUTABLE_ZERO_COPY,
                        client.devices().getFirst());
            }
            var results = sum.run(x, y);
            // What else is allocated now must not get the same memory.
            try (var other = HostBuffer.allocate(16)) {
                other.write(0, new float[] {9, 9, 9, 9});
                assertThat(results.getFirst().toFloats()).containsOnly(1);
            }
            results.forEach(Buffer::close);
        }
    }

    @Test
    void aSerializedProgramRunsWhenItIsLoaded() {
        byte[] serialized;
        String fingerprint;
        try (var sum = client.compile(Programs.sum(), CompileOptions.singleDevice())) {
            serialized = sum.executable().serialize();
            fingerprint = sum.executable().fingerprint();
        }

        try (var loaded = client.load(serialized);
                var x = floats(1, 2, 3, 4);
                var result = loaded.run(x, x).getFirst()) {
            assertThat(result.toFloats()).containsExactly(2, 4, 6, 8);
            assertThat(loaded.executable().fingerprint()).isEqualTo(fingerprint);
        }
        assertThatThrownBy(() -> client.load(Arrays.copyOf(serialized, 100))).isInstanceOf(XlaError.class);
    }

    @Test
    void anExecutableTellsWhatTheCompilerKnows() {
        try (var sum = client.compile(Programs.donatedSum(), CompileOptions.singleDevice())) {
            var executable = sum.executable();

            assertThat(executable.name()).isEqualTo("donated_sum");
            assertThat(executable.outputCount()).isEqualTo(2);
            assertThat(executable.outputs()).containsExactly(FOUR, Shape.of(ElementType.S32));
            assertThat(executable.memory().arguments()).isEqualTo(32);
            assertThat(executable.memory().aliased()).isEqualTo(16);
            assertThat(executable.memory().outputs()).isGreaterThanOrEqualTo(20);
            assertThat(executable.memory().total()).isGreaterThanOrEqualTo(36);
            assertThat(executable.codeBytes()).isNotNegative();
            // The CPU plugin makes no cost analysis; TopologyTest sees one.
            assertThat(executable.costAnalysis()).isEmpty();
            assertThat(HloText.of(executable.optimizedProgram()))
                    .startsWith("HloModule donated_sum, entry main")
                    .contains("f32[4]", "add(", "ROOT ");
        }
    }

    @Test
    void aProgramThatIsNoneIsRefusedWithXlasMessage() {
        assertThatThrownBy(() -> client.compile(Program.mlir("module { nonsense }"), CompileOptions.singleDevice()))
                .isInstanceOf(XlaError.class)
                .hasMessageContaining("nonsense");
    }

    @Test
    void argumentsThatDoNotMatchTheProgramAreRefused() {
        try (var sum = client.compile(Programs.sum(), CompileOptions.singleDevice());
                var x = floats(1, 2, 3, 4);
                var larger = client.upload(
                        Shape.of(ElementType.F32, 5),
                        new float[5],
                        client.devices().getFirst());
                var elsewhere =
                        client.upload(FOUR, new float[4], client.devices().get(1))) {
            assertThatThrownBy(() -> sum.run(x, larger)).isInstanceOf(XlaError.class);
            assertThatThrownBy(() -> sum.run(x)).isInstanceOf(XlaError.class);
            assertThatThrownBy(() -> sum.run(x, elsewhere))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("an argument for CpuDevice(id=0) is on CpuDevice(id=1)");
            assertThatThrownBy(() -> sum.run(List.of(List.of(x, x), List.of(x, x))))
                    .hasMessage("arguments for 2 devices; the program runs on 1");
            assertThat(x.toFloats()).containsExactly(1, 2, 3, 4);
        }
    }

    private static Buffer floats(float... values) {
        return client.upload(FOUR, values, client.devices().getFirst());
    }
}
