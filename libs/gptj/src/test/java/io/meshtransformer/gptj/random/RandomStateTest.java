package io.meshtransformer.gptj.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.gptj.Checkpoint;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.safetensors.DataType;
import io.meshtransformer.gptj.training.ModelState;
import io.meshtransformer.gptj.training.StateTensor;
import io.meshtransformer.gptj.training.StateTensor.Kind;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RandomStateTest {
    private static final GptjConfig CONFIG = new GptjConfig(100, 64, 32, 2, 4, 8, 128, 1e-5f, 99, 99);

    @TempDir
    private Path directory;

    @Test
    void isTheRandomModelWhereverItIsRead() throws IOException {
        RandomModel.write(directory, CONFIG, DataType.F32, 7);
        try (var model = new ModelState(Checkpoint.open(directory));
                var state = new RandomState(CONFIG, 7)) {
            assertThat(state.tensors()).isEqualTo(model.tensors());
            for (var tensor : state.tensors().entrySet()) {
                var elements = (int) tensor.getValue().elements();
                var offset = Math.min(5, elements - 1);
                var expected = new float[elements];
                var made = new float[elements];
                model.read(tensor.getKey(), offset, expected, 3, elements - Math.max(offset, 3));
                state.read(tensor.getKey(), offset, made, 3, elements - Math.max(offset, 3));
                assertThat(made).as(tensor.getKey().name()).isEqualTo(expected);
            }
        }
    }

    @Test
    void hasNoMoments() {
        var moment = new StateTensor(Kind.FIRST_MOMENT, "lm_head.bias");
        assertThatThrownBy(() -> new RandomState(CONFIG, 1).read(moment, 0, new float[1], 0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("FIRST_MOMENT");
    }
}
