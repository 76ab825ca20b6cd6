package io.meshtransformer.stablehlo.gradient;

import static io.meshtransformer.stablehlo.type.ElementType.BF16;
import static io.meshtransformer.stablehlo.type.ElementType.F32;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.stablehlo.ProgramBuilder;
import io.meshtransformer.stablehlo.ir.DotDimensions;
import io.meshtransformer.stablehlo.ir.Precision;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.type.Literal;
import io.meshtransformer.stablehlo.type.Shape;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import org.junit.jupiter.api.Test;

class DotGeneralGradientsTest {
    private static final int PRODUCTS = 6;

    /** Batching, contracting and kept dimensions at any place of either operand, none to two of each. */
    @AddLifecycleHook(NeedsXla.class)
    @Property(tries = 12, shrinking = ShrinkingMode.OFF)
    void agreeWithDifferences(@ForAll long seed) {
        var random = new Random(seed);
        var shapes = new Shapes(random);
        var differences = new FiniteDifferences(random);
        for (var i = 0; i < PRODUCTS; i++) {
            var batching = shapes.ofRank(shapes.number(0, 2));
            var contracting = shapes.ofRank(shapes.number(0, 2));
            var left = new Operand(shapes, batching, contracting);
            var right = new Operand(shapes, batching, contracting);
            var dimensions =
                    new DotDimensions(left.batching(), right.batching(), left.contracting(), right.contracting());
            differences.of(
                    "dot_general " + left.shape + " " + right.shape + " " + dimensions,
                    -1,
                    1,
                    List.of(left.shape, right.shape),
                    (b, x) -> b.dotGeneral(x.get(0), x.get(1), dimensions));
        }
        differences.check();
    }

    /** Dimensions in a random order: so many batching ones, then contracting ones, then its own. */
    private static final class Operand {
        private final List<Integer> places;
        private final int batching;
        private final int contracting;
        private final Shape shape;

        Operand(Shapes shapes, Shape batching, Shape contracting) {
            var sizes = new ArrayList<>(batching.dimensions());
            sizes.addAll(contracting.dimensions());
            sizes.addAll(shapes.ofRank(shapes.number(0, 2)).dimensions());
            this.batching = batching.rank();
            this.contracting = contracting.rank();
            this.places = shapes.permutation(sizes.size());
            var placed = new ArrayList<>(sizes);
            for (var i = 0; i < sizes.size(); i++) {
                placed.set(places.get(i), sizes.get(i));
            }
            this.shape = new Shape(placed);
        }

        List<Integer> batching() {
            return places.subList(0, batching);
        }

        List<Integer> contracting() {
            return places.subList(batching, batching + contracting);
        }
    }

    /** The cotangent, 1 + 2^-12, is lost if it is rounded to bf16 before the product instead of behind it. */
    @Test
    void halfTypesWithWideSumsHaveWideProductsBehindThem() {
        var program = ProgramBuilder.program("p");
        var main = program.function("main");
        var x = main.argument("x", TensorType.of(BF16, 1, 1));
        var w = main.argument("w", TensorType.of(BF16, 1, 2));
        var y = main.dotGeneral(x, w, DotDimensions.contracting(1, 0), Precision.DEFAULT, F32);
        var cotangent = main.constant(Literal.of(new float[] {1 + 0x1p-12f, -1}, 1, 2));
        List<Value> gradients = main.vjp(List.of(y), List.of(cotangent), List.of(x, w));
        main.result("x", gradients.get(0)).result("w", gradients.get(1)).build();
        assertThat(gradients.stream().map(Value::type)).containsExactly(x.type(), w.type());
        var results = Xla.run(program.build(), List.of(Literal.splat(x.type(), 1.0), Literal.splat(w.type(), 1.0)));
        assertThat(results).containsExactly(new double[] {0x1p-12}, new double[] {1, -1});
    }
}
