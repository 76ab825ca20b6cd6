package io.meshtransformer.xla.hlo;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.pjrt.Program;
import java.io.IOException;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What libtpu 0.0.51 made of GPT-J-6B's decode step: v5e:2x4, mp 8, bf16, 64 sequences of 2,048 tokens. The expected
 * numbers are those of the model.
 */
class DecodeStepCostTest {
    private static final GptjConfig MODEL = GptjConfig.sixBillion();
    private static final long DEVICES = 8;
    private static final long BATCH = 64;
    private static final long BF16 = 2;
    /** Blocks of 256 tokens that a full cache has; attention's loop over them is the one that depends on data. */
    private static final long BLOCKS = 8;

    private static HloModule module;

    @BeforeAll
    static void read() throws IOException {
        var resource = DecodeStepCostTest.class.getResourceAsStream("/hlo/gptj-6b-decode-v5e-2x4-mp8-batch64.pb.gz");
        try (var input = new GZIPInputStream(resource)) {
            module = HloModule.read(new Program("hlo_with_config", input.readAllBytes()));
        }
    }

    @Test
    void everyMatrixOfEveryLayerIsMultipliedOnce() {
        var width = (long) MODEL.width();
        var block = 4 * width * width + 2 * width * MODEL.feedForwardWidth();
        var weights = MODEL.layers() * block + width * MODEL.vocabularySize();

        assertThat(HloCost.of(module, BLOCKS).matrixFlops()).isEqualTo(2 * BATCH * weights / DEVICES);
    }

    @Test
    void theBlocksReduceTheirResidualOnceAndTheEmbeddingItsRows() {
        var residual = BATCH * MODEL.width();

        assertThat(HloCost.of(module, BLOCKS).collectives())
                .isEqualTo(List.of(new Collective(
                        "all-reduce", MODEL.layers() + 1, MODEL.layers() * residual * Float.BYTES + residual * BF16)));
    }

    @Test
    void weightsAndCachesAreReadOnceAndLittleElse() {
        var width = (long) MODEL.width();
        var block = 4 * width * width + 2 * width * MODEL.feedForwardWidth();
        var weights = BF16 * (MODEL.layers() * block + width * MODEL.vocabularySize()) / DEVICES;
        var caches = 2 * BF16 * MODEL.layers() * BATCH * MODEL.contextLength() * width / DEVICES;
        var cost = HloCost.of(module, BLOCKS);

        assertThat(cost.openLoops()).isEqualTo(1);
        assertThat((double) cost.mainMemoryBytes()).isBetween((double) (weights + caches), 1.02 * (weights + caches));
    }

    /** XLA's analysis of the same executable said 6,584,039,424, of which some are additions. */
    @Test
    void withLoopsOnceTheCountIsThatOfXla() {
        assertThat((double) HloCost.ofLoopsOnce(module).matrixFlops())
                .isBetween(0.98 * 6_584_039_424.0, 6_584_039_424.0);
    }
}
