package io.meshtransformer.xla.runtime;

import io.meshtransformer.pjrt.Buffer;
import io.meshtransformer.pjrt.CompileOptions;
import io.meshtransformer.pjrt.LoadedExecutable;
import io.meshtransformer.pjrt.Program;
import io.meshtransformer.stablehlo.ProgramBuilder;
import io.meshtransformer.stablehlo.ir.DotDimensions;
import io.meshtransformer.stablehlo.ir.Precision;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.stablehlo.type.TensorType;
import io.meshtransformer.xla.plan.TpuGeneration;
import java.util.List;

/** How many FLOPs per second devices reach at most: what a program's own rate is held against. */
public final class MatrixPeak {
    /** Large enough to keep every core busy, small enough that a run takes a tenth of a second on a laptop. */
    private static final int SIZE = 1024;

    private static final int PRODUCTS = 8;
    private static final int RUNS = 5;

    private MatrixPeak() {}

    /**
     * Of all devices together. Of TPUs it is what is known of them, in bf16; of others the best of a few runs of nothing
     * but matrix products, in about a second. The CPU plugin's devices have the same cores, so all have what one has.
     *
     * @param type of the factors
     */
    public static double flopsPerSecond(Devices devices, ElementType type) {
        var count = devices.devices().size();
        var kind = devices.devices().getFirst().description().kind();
        return TpuGeneration.ofKind(kind)
                .map(generation -> generation.peakFlops() * count)
                .orElseGet(() -> measured(devices, type) * (devices.isCpu() ? 1 : count));
    }

    private static double measured(Devices devices, ElementType type) {
        var client = devices.client();
        var device = devices.devices().getFirst();
        var zeros = new float[SIZE * SIZE];
        var shape = Shapes.of(TensorType.of(ElementType.F32, SIZE, SIZE));
        try (var executable = client.compile(Program.mlir(products(type).toMlir()), CompileOptions.singleDevice());
                var x = client.upload(shape, zeros, device);
                var w = client.upload(shape, zeros, device)) {
            var best = Long.MAX_VALUE;
            for (var run = 0; run < RUNS; run++) {
                best = Math.min(best, nanoseconds(executable, x, w));
            }
            return 2.0 * SIZE * SIZE * SIZE * PRODUCTS / (best / 1e9);
        }
    }

    private static long nanoseconds(LoadedExecutable executable, Buffer x, Buffer w) {
        var start = System.nanoTime();
        var results = executable.run(List.of(List.of(x, w)));
        results.getFirst().getFirst().toFloats();
        var taken = System.nanoTime() - start;
        results.forEach(list -> list.forEach(Buffer::close));
        return taken;
    }

    /** Products one behind the other; each needs the one before, and the last result is one number. */
    private static io.meshtransformer.stablehlo.ir.Program products(ElementType type) {
        var builder = ProgramBuilder.program("matrix_peak");
        var main = builder.function("main");
        var matrix = TensorType.of(ElementType.F32, SIZE, SIZE);
        var x = main.convert(main.argument("x", matrix), type);
        var w = main.convert(main.argument("w", matrix), type);
        var last = main.scan(PRODUCTS, List.of(x), List.of(), (b, _, carries, _) -> {
            var product = b.dotGeneral(
                    carries.getFirst(), w, DotDimensions.contracting(1, 1), Precision.DEFAULT, ElementType.F32);
            return List.of(b.convert(product, type));
        });
        main.result("sum", main.sum(main.convert(last.getFirst(), ElementType.F32), 0, 1));
        main.build();
        return builder.build();
    }
}
