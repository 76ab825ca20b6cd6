package io.meshtransformer.xla;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.pjrt.Buffer;
import io.meshtransformer.pjrt.Client;
import io.meshtransformer.pjrt.CompileOptions;
import io.meshtransformer.pjrt.Device;
import io.meshtransformer.pjrt.Program;
import io.meshtransformer.stablehlo.examples.AllOperations;
import io.meshtransformer.stablehlo.examples.Example;
import io.meshtransformer.stablehlo.examples.TransformerExample;
import io.meshtransformer.stablehlo.ir.Argument;
import io.meshtransformer.stablehlo.sharding.Sharding;
import io.meshtransformer.stablehlo.type.Literal;
import io.meshtransformer.stablehlo.type.TensorType;
import io.meshtransformer.xla.program.DeviceMesh;
import io.meshtransformer.xla.runtime.Devices;
import io.meshtransformer.xla.runtime.Shapes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Programs of the StableHLO builder give, compiled by XLA, the results that they must. */
class StableHloOnXlaTest {
    private static Devices devices;

    @BeforeAll
    static void open() {
        devices = Devices.open(Devices.plugin(Plugins.requireCpu()), 8);
    }

    @AfterAll
    static void close() {
        if (devices != null) {
            devices.close();
        }
    }

    static List<Example> examples() {
        return AllOperations.examples();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everyOperationGivesItsResult(Example example) {
        var program = example.program();
        var options = program.partitions() > 1
                ? CompileOptions.sharded(program.partitions())
                : CompileOptions.replicated(program.replicas());
        var client = devices.client();
        try (var executable = client.compile(Program.mlir(program.toMlir()), options)) {
            var arguments = new ArrayList<List<Buffer>>();
            for (var index = 0; index < executable.devices().size(); index++) {
                arguments.add(
                        upload(client, example, index, executable.devices().get(index)));
            }
            var results = executable.run(arguments);
            for (var index = 0; index < results.size(); index++) {
                var replica = index / program.partitions();
                compare(example, results.get(index), example.expected().get(replica));
            }
        }
    }

    private static List<Buffer> upload(Client client, Example example, int index, Device device) {
        var main = example.program().main();
        return IntStream.range(0, example.arguments().size())
                .mapToObj(i -> upload(
                        client,
                        example,
                        main.arguments().get(i),
                        example.arguments().get(i),
                        index,
                        device))
                .toList();
    }

    private static Buffer upload(
            Client client, Example example, Argument argument, Literal literal, int index, Device device) {
        var mesh = example.program().mesh();
        var sharding =
                argument.sharding().orElse(Sharding.replicated(literal.type().rank()));
        var bytes = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
        var local = mesh.isEmpty()
                ? literal.type()
                : literal.type()
                        .with(sharding.localShape(mesh.get(), literal.type().shape()));
        for (var place = 0L; place < local.shape().elements(); place++) {
            var global = mesh.isEmpty()
                    ? place
                    : global(
                            place,
                            sharding.shard(mesh.get(), literal.type().shape(), index)
                                    .offsets(),
                            local,
                            literal.type());
            put(bytes, literal, (int) global);
        }
        var content = new byte[bytes.position()];
        bytes.flip().get(content);
        return client.upload(Shapes.of(local), content, device);
    }

    /** Where an element of a part is in the whole, row-major. */
    private static long global(long place, List<Long> offsets, TensorType part, TensorType whole) {
        var rest = place;
        var stride = 1L;
        var global = 0L;
        for (var dimension = whole.rank() - 1; dimension >= 0; dimension--) {
            global += (offsets.get(dimension) + rest % part.dimension(dimension)) * stride;
            rest /= part.dimension(dimension);
            stride *= whole.dimension(dimension);
        }
        return global;
    }

    private static void put(ByteBuffer bytes, Literal literal, int place) {
        var bits = literal.bits(literal.isSplat() ? 0 : place);
        switch (literal.type().elementType().bytes()) {
            case 1 -> bytes.put((byte) bits);
            case 2 -> bytes.putShort((short) bits);
            case 4 -> bytes.putInt((int) bits);
            case 8 -> bytes.putLong(bits);
            default -> throw new IllegalArgumentException("no element has the size of " + literal);
        }
    }

    private static void compare(Example example, List<Buffer> results, List<double[]> expected) {
        assertThat(results).hasSameSizeAs(expected);
        for (var i = 0; i < expected.size(); i++) {
            var type = example.program().main().results().get(i).value().type();
            var bytes = ByteBuffer.wrap(results.get(i).toBytes()).order(ByteOrder.LITTLE_ENDIAN);
            for (var place = 0; place < expected.get(i).length; place++) {
                var value = value(bytes, type);
                var wanted = expected.get(i)[place];
                var tolerance = type.elementType().isFloat() ? example.tolerance() * Math.max(1, Math.abs(wanted)) : 0;
                assertThat(value == wanted
                                || Double.isNaN(value) && Double.isNaN(wanted)
                                || Math.abs(value - wanted) <= tolerance)
                        .as("%s, result %d, element %d: %s instead of %s", example.name(), i, place, value, wanted)
                        .isTrue();
            }
        }
    }

    private static double value(ByteBuffer bytes, TensorType type) {
        return switch (type.elementType()) {
            case I1, I8 -> bytes.get();
            case UI8 -> Byte.toUnsignedInt(bytes.get());
            case I32 -> bytes.getInt();
            case UI32 -> Integer.toUnsignedLong(bytes.getInt());
            case I64, UI64 -> bytes.getLong();
            case BF16 -> Float.intBitsToFloat(bytes.getShort() << 16);
            case F16 -> Float.float16ToFloat(bytes.getShort());
            case F32 -> bytes.getFloat();
            case F64 -> bytes.getDouble();
        };
    }

    @Test
    void theExampleTransformerRunsOnAMesh() {
        var mesh = new DeviceMesh(2, 4).mesh();
        var example =
                new TransformerExample(mesh, io.meshtransformer.stablehlo.type.ElementType.F32, 2, 8, 2, 4, 8, 64, 32);
        var program = example.program();
        try (var executable =
                devices.client().compile(Program.mlir(program.toMlir()), CompileOptions.sharded(mesh.devices()))) {
            assertThat(executable.devices()).hasSize(mesh.devices());
            assertThat(executable.executable().outputs().getFirst().dimensions())
                    .containsExactly(1L, 8L, 8L);
        }
    }
}
