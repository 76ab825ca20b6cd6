package io.meshtransformer.xla.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Together with DJL's PyTorch engine, which {@code -Ppytorch} puts on the class path. */
class PyTorchTest {
    @BeforeEach
    void requirePyTorch() {
        assumeTrue(
                Engine.hasEngine("PyTorch"),
                "SKIPPED, nothing was delegated to PyTorch: mvn -Ppytorch brings 110 MB and runs this");
    }

    @Test
    void pyTorchComputesWhatIsNotDoneHere() {
        Xla.engine();
        try (var manager = NDManager.newBaseManager("XLA")) {
            var array = manager.create(new float[] {1, 2, 3, 4}, new Shape(2, 2));
            assertThat(array.softmax(1).toFloatArray())
                    .containsExactly(new float[] {0.26894143f, 0.7310586f, 0.26894143f, 0.7310586f}, within(1e-6f));
            assertThat(array.matMul(array).toFloatArray()).containsExactly(7, 10, 15, 22);
            assertThat(array.argMax(1).toLongArray()).containsExactly(1, 1);
            assertThat(array.getNDArrayInternal().relu().toFloatArray()).containsExactly(1, 2, 3, 4);
            assertThat(array.get(new NDIndex("{}", manager.create(new boolean[] {false, true})))
                            .toFloatArray())
                    .containsExactly(3, 4);
            assertThat(array.get(new NDIndex(":, {}", manager.create(new long[] {1, 1})))
                            .toFloatArray())
                    .containsExactly(2, 2, 4, 4);
            assertThat(NDArrays.where(array.gt(2), array, array.mul(10)).toFloatArray())
                    .containsExactly(10, 20, 3, 4);
            array.set(manager.create(new boolean[] {true, false}), 9);
            assertThat(array.toFloatArray()).containsExactly(9, 9, 3, 4);
            assertThat(manager.randomNormal(new Shape(2), DataType.BFLOAT16)).isInstanceOf(XlaNDArray.class);
        }
    }

    /** PyTorch's JNI would abort the process. */
    @Test
    void bf16NeverReachesPyTorch() {
        Xla.engine();
        try (var manager = NDManager.newBaseManager("XLA")) {
            var floats = manager.ones(new Shape(2));
            var halves = floats.toType(DataType.BFLOAT16, false);
            assertThatThrownBy(halves::sum).hasMessageContaining("an array of bfloat16 is not given to PyTorch");
            for (var operation : List.<UnaryOperator<NDArray>>of(
                    floats::mul,
                    floats::matMul,
                    floats::dot,
                    floats::atan2,
                    floats::batchDot,
                    floats::logicalAnd,
                    floats::get,
                    other -> NDArrays.where(floats, floats, other),
                    other -> NDArrays.where(other, floats, floats),
                    other -> floats.getNDArrayInternal()
                            .linear(floats, other, null)
                            .head())) {
                assertThatThrownBy(() -> operation.apply(halves)).hasMessageContaining("bfloat16");
            }
            assertThat(halves).isEqualTo(halves.duplicate());
        }
    }

    @Test
    void arraysOfPyTorchAreInputsOfAProgram() throws Exception {
        try (var model = Xla.criteria("mlp").build().loadModel();
                var predictor = model.newPredictor();
                var manager = NDManager.newBaseManager("PyTorch")) {
            for (var run = 0; run < 3; run++) {
                var results = predictor.predict(new NDList(manager.ones(new Shape(4, 16))));
                assertThat(results.get("probabilities").sum(new int[] {1}).toFloatArray())
                        .containsExactly(new float[] {1, 1, 1, 1}, within(1e-5f));
            }
        }
    }
}
