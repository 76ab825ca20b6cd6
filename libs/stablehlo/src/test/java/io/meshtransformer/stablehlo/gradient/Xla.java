package io.meshtransformer.stablehlo.gradient;

import static org.junit.jupiter.api.Assumptions.abort;

import io.meshtransformer.pjrt.Buffer;
import io.meshtransformer.pjrt.Client;
import io.meshtransformer.pjrt.CompileOptions;
import io.meshtransformer.pjrt.Device;
import io.meshtransformer.pjrt.HloText;
import io.meshtransformer.pjrt.LoadedExecutable;
import io.meshtransformer.pjrt.NamedValue;
import io.meshtransformer.pjrt.Plugin;
import io.meshtransformer.pjrt.Shape;
import io.meshtransformer.pjrt.plugin.InstallProgress;
import io.meshtransformer.pjrt.plugin.PluginPackage;
import io.meshtransformer.pjrt.plugin.PluginStore;
import io.meshtransformer.pjrt.plugin.PluginStoreException;
import io.meshtransformer.stablehlo.ir.Program;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.stablehlo.type.Literal;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Programs compiled and run by XLA's CPU plugin; tests are skipped, loudly, where there is none. */
final class Xla implements AutoCloseable {
    private static final int DEVICES = 2;
    private static Client client;

    private final LoadedExecutable executable;
    private final List<TensorType> resultTypes;

    private Xla(LoadedExecutable executable, List<TensorType> resultTypes) {
        this.executable = executable;
        this.resultTypes = resultTypes;
    }

    static Xla compile(Program program) {
        // These programs run once: machine code that is not optimized is made faster.
        var options = (program.replicas() > 1
                        ? CompileOptions.replicated(program.replicas())
                        : CompileOptions.sharded(program.partitions()))
                .withOverride(NamedValue.of("xla_backend_optimization_level", 0));
        var mlir = io.meshtransformer.pjrt.Program.mlir(program.toMlir());
        return new Xla(client().compile(mlir, options), program.main().body().returnedTypes());
    }

    /** The results of a program that is run once. */
    static List<double[]> run(Program program, List<Literal> arguments) {
        try (var compiled = compile(program)) {
            return compiled.run(arguments).getFirst();
        }
    }

    /** Results as numbers, for each device; each gets all arguments whole. */
    List<List<double[]>> run(List<Literal> arguments) {
        var buffers = executable.devices().stream()
                .map(device -> arguments.stream()
                        .map(argument -> upload(argument, device))
                        .toList())
                .toList();
        var results = executable.run(buffers);
        var numbers = results.stream().map(this::numbers).toList();
        buffers.forEach(list -> list.forEach(Buffer::close));
        results.forEach(list -> list.forEach(Buffer::close));
        return numbers;
    }

    /** The optimized program, as text. */
    String optimized() {
        return HloText.of(executable.executable().optimizedProgram());
    }

    @Override
    public void close() {
        executable.close();
    }

    static synchronized Client client() {
        if (client == null) {
            try {
                var installed = PluginStore.ofUser().install(PluginPackage.CPU, InstallProgress.SILENT);
                client = Plugin.load(installed.library()).createClient(NamedValue.of("cpu_device_count", DEVICES));
            } catch (PluginStoreException unavailable) {
                System.err.println("SKIPPED, no gradient was computed: " + unavailable.getMessage());
                abort("SKIPPED, no gradient was computed: " + unavailable.getMessage());
            }
        }
        return client;
    }

    private static Buffer upload(Literal literal, Device device) {
        var width = literal.type().elementType().bytes();
        var bytes = new byte[Math.toIntExact(literal.type().bytes())];
        for (var i = 0; i < bytes.length; i++) {
            var bits = literal.bits(literal.isSplat() ? 0 : i / width);
            bytes[i] = (byte) (bits >>> 8 * (i % width));
        }
        var shape = Shape.of(
                elementType(literal.type().elementType()),
                literal.type().shape().toArray());
        return client().upload(shape, bytes, device);
    }

    private List<double[]> numbers(List<Buffer> results) {
        var numbers = new ArrayList<double[]>();
        for (var i = 0; i < results.size(); i++) {
            var bytes = results.get(i).toBytes();
            var type = resultTypes.get(i);
            var width = type.elementType().bytes();
            var bits = IntStream.range(0, bytes.length / width)
                    .mapToLong(element -> bits(bytes, element * width, width))
                    .toArray();
            var literal = Literal.ofBits(type, bits);
            numbers.add(
                    IntStream.range(0, bits.length).mapToDouble(literal::value).toArray());
        }
        return numbers;
    }

    private static long bits(byte[] bytes, int from, int width) {
        var bits = 0L;
        for (var i = 0; i < width; i++) {
            bits |= (bytes[from + i] & 0xffL) << 8 * i;
        }
        return bits;
    }

    private static io.meshtransformer.pjrt.ElementType elementType(ElementType type) {
        return switch (type) {
            case I1 -> io.meshtransformer.pjrt.ElementType.PRED;
            case I8 -> io.meshtransformer.pjrt.ElementType.S8;
            case I32 -> io.meshtransformer.pjrt.ElementType.S32;
            case I64 -> io.meshtransformer.pjrt.ElementType.S64;
            case UI8 -> io.meshtransformer.pjrt.ElementType.U8;
            case UI32 -> io.meshtransformer.pjrt.ElementType.U32;
            case UI64 -> io.meshtransformer.pjrt.ElementType.U64;
            case BF16 -> io.meshtransformer.pjrt.ElementType.BF16;
            case F16 -> io.meshtransformer.pjrt.ElementType.F16;
            case F32 -> io.meshtransformer.pjrt.ElementType.F32;
            case F64 -> io.meshtransformer.pjrt.ElementType.F64;
        };
    }
}
