package io.meshtransformer.stablehlo.gradient;

import static io.meshtransformer.stablehlo.sharding.Axis.axis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.meshtransformer.stablehlo.examples.TransformerExample;
import io.meshtransformer.stablehlo.ir.Program;
import io.meshtransformer.stablehlo.sharding.Mesh;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.stablehlo.type.Literal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The whole model: embedding, scanned blocks, loss. */
class TransformerGradientsTest {
    private static final double STEP = 1e-5;
    private static final Mesh ONE = Mesh.of(axis("dp", 1), axis("mp", 1));

    private final Random random = new Random(3);

    @Test
    void agreeWithDifferencesInRandomDirections() {
        var program = new TransformerExample(ONE, ElementType.F64, 2, 5, 3, 2, 4, 12, 11).gradients();
        var point = arguments(program);
        try (var model = Xla.compile(program)) {
            var gradients = model.run(literals(program, point)).getFirst();
            for (var i = 0; i < 3; i++) {
                var direction = point.stream()
                        .map(values -> random.doubles(values.length, -1, 1).toArray())
                        .toList();
                var derivative = derivative(program, gradients, direction);
                var ahead = model.run(literals(program, moved(program, point, direction, STEP)))
                        .getFirst();
                var behind = model.run(literals(program, moved(program, point, direction, -STEP)))
                        .getFirst();
                var difference = (ahead.getFirst()[0] - behind.getFirst()[0]) / (2 * STEP);
                assertThat(derivative).isCloseTo(difference, within(1e-7)).isNotCloseTo(0, within(1e-3));
            }
        }
    }

    /** Results are the loss, then a gradient for each float argument, in their order. */
    private static double derivative(Program program, List<double[]> results, List<double[]> direction) {
        var sum = 0.0;
        var next = 1;
        for (var i = 0; i < direction.size(); i++) {
            if (isFloat(program, i)) {
                var gradient = results.get(next++);
                for (var j = 0; j < gradient.length; j++) {
                    sum += gradient[j] * direction.get(i)[j];
                }
            }
        }
        return sum;
    }

    private static List<double[]> moved(Program program, List<double[]> point, List<double[]> direction, double step) {
        return IntStream.range(0, point.size())
                .mapToObj(i -> isFloat(program, i)
                        ? IntStream.range(0, point.get(i).length)
                                .mapToDouble(
                                        j -> point.get(i)[j] + step * direction.get(i)[j])
                                .toArray()
                        : point.get(i))
                .toList();
    }

    private List<double[]> arguments(Program program) {
        var arguments = new ArrayList<double[]>();
        for (var argument : program.main().arguments()) {
            var elements = argument.value().shape().elements();
            arguments.add(
                    argument.value().elementType().isFloat()
                            ? random.doubles(elements, -1, 1).toArray()
                            : random.ints(elements, 0, 11).asDoubleStream().toArray());
        }
        return arguments;
    }

    private static List<Literal> literals(Program program, List<double[]> arguments) {
        var types = program.main().body().argumentTypes();
        return IntStream.range(0, types.size())
                .mapToObj(i -> Literal.of(types.get(i), arguments.get(i)))
                .toList();
    }

    private static boolean isFloat(Program program, int argument) {
        return program.main().body().argumentTypes().get(argument).elementType().isFloat();
    }

    /**
     * A block has 8 products: 4 projections, scores, weighted values, 2 of the feed-forward part. Backwards there are two for
     * each, and those of the forward 8 again that these need: all but the two last of a path. The head adds 1 and 2.
     */
    @Test
    void theCompilerKeepsTheStepsThatAreRunAgain() {
        var program = new TransformerExample(ONE, ElementType.F32, 2, 5, 3, 2, 4, 12, 11).gradients();
        try (var model = Xla.compile(program)) {
            var products = Pattern.compile(" dot\\(")
                    .matcher(model.optimized())
                    .results()
                    .count();
            assertThat(products).isEqualTo(8 + 6 + 16 + 3);
        }
    }

    @Test
    void theTextIsSmallAtAnyDepth() {
        var shallow = sixBillion(2).gradients().toMlir();
        var deep = sixBillion(28).gradients().toMlir();
        assertThat(deep).hasSizeLessThan(100_000);
        assertThat(deep.lines()).hasSameSizeAs(shallow.lines().toList());
    }

    private static TransformerExample sixBillion(int layers) {
        var pods = Mesh.of(axis("dp", 32), axis("mp", 8));
        return new TransformerExample(pods, ElementType.BF16, 32, 2048, layers, 16, 256, 16384, 50400);
    }
}
