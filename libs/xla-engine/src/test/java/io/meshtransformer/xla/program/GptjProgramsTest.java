package io.meshtransformer.xla.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.GptjTensors;
import io.meshtransformer.stablehlo.ir.Argument;
import io.meshtransformer.stablehlo.ir.Donation;
import io.meshtransformer.stablehlo.ir.Result;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.stablehlo.type.Shape;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GptjProgramsTest {
    private static final DeviceMesh EIGHT = new DeviceMesh(1, 8);
    private static final GptjConfig SIX_BILLION = GptjConfig.sixBillion();

    static Stream<ModelProgram> programs() {
        return programs(SIX_BILLION);
    }

    private static Stream<ModelProgram> programs(GptjConfig config) {
        var programs = new GptjPrograms(config, EIGHT, ElementType.BF16);
        var cache = CacheShape.of(config, 64);
        return Stream.of(
                programs.forward(1, 2048),
                programs.score(1, 2048),
                programs.activations(1, 2048),
                programs.prefill(cache, 64),
                programs.decode(cache),
                programs.head(64),
                programs.pick(64, 8),
                programs.fork(cache));
    }

    @ParameterizedTest
    @MethodSource("programs")
    void textOfSixBillionParametersIsSmall(ModelProgram program) {
        assertThat(program.program().toMlir()).hasSizeLessThan(200_000);
    }

    @Test
    void textDoesNotGrowWithDepth() {
        var deep = programs()
                .map(program -> program.program().toMlir().lines().count())
                .toList();
        var shallow = programs(new GptjConfig(50400, 2048, 4096, 2, 16, 64, 16384, 1e-5f, 50256, 50256))
                .map(program -> program.program().toMlir().lines().count())
                .toList();
        assertThat(deep).isEqualTo(shallow);
    }

    @Test
    void weightsAreThoseOfACheckpointEachOnce() {
        var weights = new GptjPrograms(SIX_BILLION, EIGHT, ElementType.BF16).weights();
        assertThat(weights.stream().flatMap(weight -> weight.tensors().stream()))
                .containsExactlyInAnyOrderElementsOf(
                        GptjTensors.shapes(SIX_BILLION).keySet());
        assertThat(weights.stream()
                        .mapToLong(weight -> weight.type().shape().elements())
                        .sum())
                .isEqualTo(6_050_882_784L);
    }

    /** Table 1.8 of the 2021 model's sharding: what each of 8 devices holds. */
    @Test
    void weightsAreCutAsIn2021() {
        var mesh = EIGHT.mesh();
        var local = new GptjPrograms(SIX_BILLION, EIGHT, ElementType.BF16)
                .weights().stream()
                        .map(weight ->
                                weight.sharding().localShape(mesh, weight.type().shape()))
                        .toList();
        assertThat(local)
                .containsExactly(
                        Shape.of(6300, 4096),
                        Shape.of(28, 4096),
                        Shape.of(28, 4096),
                        Shape.of(28, 512, 4096),
                        Shape.of(28, 512, 4096),
                        Shape.of(28, 512, 4096),
                        Shape.of(28, 4096, 512),
                        Shape.of(28, 2048, 4096),
                        Shape.of(28, 2048),
                        Shape.of(28, 4096, 2048),
                        Shape.of(28, 4096),
                        Shape.of(4096),
                        Shape.of(4096),
                        Shape.of(6300, 4096),
                        Shape.of(6300));
    }

    @Test
    void decodeTakesWeightsCachesAndTokensAndGivesTheCachesBack() {
        var decode = new GptjPrograms(SIX_BILLION, EIGHT, ElementType.BF16).decode(CacheShape.of(SIX_BILLION, 64));
        assertThat(decode.weights()).hasSize(15);
        assertThat(decode.stateArguments().stream().map(Argument::donation))
                .containsExactly(new Donation.Aliased(0), new Donation.Aliased(1));
        assertThat(decode.inputs().stream().map(Argument::name)).containsExactly("ids", "positions");
        assertThat(decode.results().stream().map(Result::name)).containsExactly("keys", "values", "logits");
        assertThat(decode.outputs().stream().map(Result::name)).containsExactly("logits");
    }

    @Test
    void whatDoesNotFitIsNamed() {
        var programs = new GptjPrograms(SIX_BILLION, new DeviceMesh(4, 2), ElementType.F32);
        assertThatThrownBy(() -> programs.decode(CacheShape.of(SIX_BILLION, 6)))
                .hasMessage("dp is 4, it must divide the cache's 6 slots");
        assertThatThrownBy(() -> programs.prefill(CacheShape.of(SIX_BILLION, 8), 64))
                .hasMessageContaining("on 4 replicas");
        assertThatThrownBy(() -> new GptjPrograms(SIX_BILLION, EIGHT, ElementType.F16))
                .hasMessage("programs compute in f32 or bf16, not in f16");
        assertThat(List.of(1, 2, 4, 8, 16)).allSatisfy(mp -> new DeviceMesh(1, mp).requireFits(SIX_BILLION));
    }
}
