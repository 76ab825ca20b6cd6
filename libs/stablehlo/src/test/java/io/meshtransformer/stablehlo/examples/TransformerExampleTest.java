package io.meshtransformer.stablehlo.examples;

import static io.meshtransformer.stablehlo.sharding.Axis.axis;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.stablehlo.sharding.Mesh;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.stablehlo.type.TensorType;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TransformerExampleTest {
    private static final Mesh PODS = Mesh.of(axis("dp", 32), axis("mp", 8));

    @Test
    void isSmallTextAtAnyDepth() {
        var shallow = sixBillion(2).program().toMlir();
        var deep = sixBillion(28).program().toMlir();
        assertThat(deep).hasSizeLessThan(200_000);
        assertThat(deep.lines()).hasSameSizeAs(shallow.lines().toList());
    }

    @Test
    void isPrintedFast() {
        assertThat(sixBillion(28).program()).satisfies(program -> {
            var start = System.nanoTime();
            program.toMlir();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(500));
        });
    }

    @Test
    void infersTheLogitsAndWhatEachDeviceHolds() {
        var main = sixBillion(28).program().main();
        var logits = main.results().getFirst();
        assertThat(logits.value().type()).isEqualTo(TensorType.of(ElementType.F32, 32, 2048, 50400));
        var query = main.arguments().get(main.argumentIndex("attn.q"));
        assertThat(query.sharding()
                        .orElseThrow()
                        .localShape(PODS, query.value().shape())
                        .dimensions())
                .containsExactly(28L, 4096L, 512L);
    }

    private static TransformerExample sixBillion(int layers) {
        return new TransformerExample(PODS, ElementType.BF16, 32, 2048, layers, 16, 256, 16384, 50400);
    }
}
