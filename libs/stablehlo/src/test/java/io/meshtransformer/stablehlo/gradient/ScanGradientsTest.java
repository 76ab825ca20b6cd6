package io.meshtransformer.stablehlo.gradient;

import static io.meshtransformer.stablehlo.type.ElementType.F64;
import static io.meshtransformer.stablehlo.type.ElementType.I32;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.meshtransformer.stablehlo.BlockBuilder;
import io.meshtransformer.stablehlo.ControlFlowMethods.ScanBody;
import io.meshtransformer.stablehlo.ProgramBuilder;
import io.meshtransformer.stablehlo.ir.Program;
import io.meshtransformer.stablehlo.ir.Scan;
import io.meshtransformer.stablehlo.ir.Statement;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.type.Literal;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import org.junit.jupiter.api.Test;

class ScanGradientsTest {
    @AddLifecycleHook(NeedsXla.class)
    @Property(tries = 6, shrinking = ShrinkingMode.OFF)
    void agreeWithDifferences(@ForAll long seed) {
        var random = new Random(seed);
        var shapes = new Shapes(random);
        var shape = shapes.any();
        var steps = shapes.number(1, 4);
        var reversed = random.nextBoolean();
        var stacked = shape.stacked(steps);
        new FiniteDifferences(random)
                .ofMany(
                        "carry, slice, captured value and a stacked result",
                        -1,
                        1,
                        List.of(shape, stacked, shape),
                        (b, x) ->
                                b.scan(steps, reversed, x.subList(0, 1), x.subList(1, 2), (in, _, carries, slices) -> {
                                    var next = in.multiply(
                                            in.sine(carries.getFirst()), in.add(slices.getFirst(), x.get(2)));
                                    return List.of(next, in.multiply(next, slices.getFirst()));
                                }))
                .ofMany(
                        "stacked result alone",
                        -1,
                        1,
                        List.of(stacked),
                        (b, x) -> b.scan(
                                steps,
                                reversed,
                                List.of(),
                                x,
                                (in, _, _, slices) -> List.of(in.sine(slices.getFirst()))))
                .of("an integer carry and the index", -1, 1, List.of(shape), (b, x) -> b.scan(
                                steps,
                                reversed,
                                List.of(x.getFirst(), b.scalar(I32, 1)),
                                List.of(),
                                ScanGradientsTest::counted)
                        .getFirst())
                .ofMany(
                        "a constant carry",
                        -1,
                        1,
                        List.of(shape, shape),
                        (b, x) -> b.scan(
                                steps,
                                reversed,
                                x,
                                List.of(),
                                (in, _, carries, _) ->
                                        List.of(in.multiply(carries.get(0), carries.get(1)), carries.get(1))))
                .ofMany(
                        "a carry that starts as a constant",
                        -1,
                        1,
                        List.of(stacked),
                        (b, x) -> b.scan(
                                steps,
                                reversed,
                                List.of(
                                        b.constant(new TensorType(F64, shape), 1),
                                        b.constant(new TensorType(F64, shape), 0.5)),
                                x,
                                (in, _, carries, slices) -> List.of(
                                        in.multiply(carries.get(0), in.cosine(carries.get(1))), slices.getFirst())))
                .ofMany(
                        "a tensor updated in place",
                        -1,
                        1,
                        List.of(shape, stacked),
                        (b, x) -> b.scan(steps, reversed, x, List.of(), (in, index, carries, _) -> {
                            var layer = in.multiply(in.dynamicIndex(carries.get(1), index), carries.get(0));
                            return List.of(layer, in.dynamicUpdateIndex(carries.get(1), in.sine(layer), index));
                        }))
                .ofMany(
                        "a scan in a scan",
                        -1,
                        1,
                        List.of(shape, stacked, shape),
                        (b, x) -> b.scan(
                                steps,
                                reversed,
                                x.subList(0, 1),
                                x.subList(1, 2),
                                (in, _, carries, slices) -> in.scan(
                                        2,
                                        carries,
                                        List.of(),
                                        (deeper, _, inner, _) -> List.of(deeper.add(
                                                deeper.sine(inner.getFirst()),
                                                deeper.multiply(slices.getFirst(), x.get(2)))))))
                .ofMany(
                        "no step",
                        -1,
                        1,
                        List.of(shape, shape.stacked(0)),
                        (b, x) -> b.scan(
                                0,
                                x.subList(0, 1),
                                x.subList(1, 2),
                                (in, _, carries, slices) ->
                                        List.of(in.multiply(carries.getFirst(), slices.getFirst()))))
                .check();
    }

    private static List<Value> counted(BlockBuilder block, Value index, List<Value> carries, List<Value> slices) {
        var count = carries.get(1);
        var factor = block.divide(block.convert(block.add(index, count), F64), block.scalar(F64, 10));
        var spread = block.broadcast(factor, carries.getFirst().shape().toArray());
        return List.of(block.sine(block.multiply(carries.getFirst(), spread)), block.add(count, count));
    }

    /** The same layers, as a loop and one behind the other. */
    @Test
    void aLoopHasTheGradientsOfItsUnrolledSteps() {
        var random = new Random(1);
        var layers = 3;
        var x = matrix(random, 4, 5);
        var weights = matrix(random, layers, 5, 5);
        var loop = Xla.run(layersProgram(layers, true), List.of(x, weights));
        var unrolled = Xla.run(layersProgram(layers, false), List.of(x, weights));
        assertThat(loop).hasSize(3);
        for (var i = 0; i < loop.size(); i++) {
            assertThat(loop.get(i)).containsExactly(unrolled.get(i), within(1e-13));
        }
    }

    private static Literal matrix(Random random, long... dimensions) {
        var type = TensorType.of(F64, dimensions);
        return Literal.of(type, random.doubles(type.shape().elements(), -1, 1).toArray());
    }

    private static Program layersProgram(int layers, boolean loop) {
        var program = ProgramBuilder.program("layers");
        var main = program.function("main");
        var x = main.argument("x", TensorType.of(F64, 4, 5));
        var w = main.argument("w", TensorType.of(F64, layers, 5, 5));
        ScanBody layer = (b, _, carries, slices) ->
                List.of(b.add(carries.getFirst(), b.tanh(b.matmul(carries.getFirst(), slices.getFirst()))));
        var last = x;
        if (loop) {
            last = main.scan(layers, List.of(x), List.of(w), layer).getFirst();
        } else {
            for (var i = 0; i < layers; i++) {
                var slice = main.reshape(main.slice(w, 0, i, i + 1), 5, 5);
                last = layer.build(main, null, List.of(last), List.of(slice)).getFirst();
            }
        }
        var loss = main.sum(main.multiply(last, last), 0, 1);
        var gradients = main.gradients(loss, List.of(x, w));
        main.result("loss", loss)
                .result("x", gradients.get(0))
                .result("w", gradients.get(1))
                .build();
        return program.build();
    }

    /** Two gradients of one scan, the second inside a block: carries are kept once. */
    @Test
    void carriesAreKeptOnceForAllGradients() {
        var main = ProgramBuilder.program("p").function("main");
        var x = main.argument("x", TensorType.of(F64, 2));
        var y = main.scan(3, List.of(x), List.of(), (b, _, carries, _) -> List.of(b.sine(carries.getFirst())))
                .getFirst();
        var loss = main.sum(y, 0);
        main.gradients(loss, List.of(x));
        assertThat(scan(main.tape().statements()).body().returned()).hasSize(2);
        main.ifElse(
                main.constant(Literal.of(new boolean[] {true})), b -> b.gradients(loss, List.of(x)), _ -> List.of(x));
        assertThat(scan(main.tape().statements()).body().returned()).hasSize(2);
        var backwards = main.tape().statements().stream()
                .filter(statement -> statement.operation() instanceof Scan scan && scan.reversed())
                .toList();
        assertThat(backwards).hasSize(1);
    }

    private static Scan scan(List<Statement> statements) {
        return statements.stream()
                .map(Statement::operation)
                .filter(Scan.class::isInstance)
                .map(Scan.class::cast)
                .findFirst()
                .orElseThrow();
    }
}
