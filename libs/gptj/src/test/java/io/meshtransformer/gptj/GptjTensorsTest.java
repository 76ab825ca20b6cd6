package io.meshtransformer.gptj;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.gptj.safetensors.Shape;
import org.junit.jupiter.api.Test;

class GptjTensorsTest {
    private static final GptjConfig SIX_BILLION =
            new GptjConfig(50400, 2048, 4096, 28, 16, 64, 16384, 1e-5f, 50256, 50256);

    @Test
    void theSixBillionModelHas285WeightsOf6050882784Parameters() {
        assertThat(GptjTensors.shapes(SIX_BILLION)).hasSize(285);
        assertThat(GptjTensors.parameters(SIX_BILLION)).isEqualTo(6_050_882_784L);
    }

    @Test
    void shapesAreOutputsByInputs() {
        assertThat(GptjTensors.shapes(SIX_BILLION))
                .containsEntry("transformer.wte.weight", Shape.of(50400, 4096))
                .containsEntry("transformer.h.27.mlp.fc_in.weight", Shape.of(16384, 4096))
                .containsEntry("transformer.h.27.mlp.fc_in.bias", Shape.of(16384))
                .containsEntry("transformer.h.0.mlp.fc_out.weight", Shape.of(4096, 16384))
                .containsEntry("transformer.h.0.mlp.fc_out.bias", Shape.of(4096))
                .containsEntry("transformer.h.10.attn.q_proj.weight", Shape.of(4096, 4096))
                .containsEntry("lm_head.bias", Shape.of(50400))
                .doesNotContainKey("transformer.h.0.attn.q_proj.bias");
    }

    @Test
    void anInnerWidthOfItsOwnShapesTheFeedForward() {
        var config = new GptjConfig(96, 48, 40, 2, 5, 6, 72, 1e-6f, 95, 95);
        assertThat(BlockTensor.FEED_FORWARD_IN_WEIGHT.shape(config)).isEqualTo(Shape.of(72, 40));
        assertThat(BlockTensor.FEED_FORWARD_OUT_WEIGHT.shape(config)).isEqualTo(Shape.of(40, 72));
    }

    @Test
    void masksAreBuffersAndBiasesAreNot() {
        assertThat(GptjTensors.isBuffer("transformer.h.11.attn.bias")).isTrue();
        assertThat(GptjTensors.isBuffer("h.0.attn.masked_bias")).isTrue();
        assertThat(GptjTensors.isBuffer("transformer.h.0.mlp.fc_in.bias")).isFalse();
        assertThat(GptjTensors.isBuffer("transformer.h.0.attn.q_proj.bias")).isFalse();
    }
}
