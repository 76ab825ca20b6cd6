package io.meshtransformer.xla.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is not done here another engine does, and it sees only types that it knows. */
class DelegateTest {
    private NDManager manager;

    @BeforeEach
    void open() {
        HeapEngine.register();
        manager = Xla.engine(HeapEngine.NAME).newBaseManager();
    }

    @AfterEach
    void close() {
        if (manager != null) {
            manager.close();
        }
    }

    @Test
    void computingIsDoneByTheOtherEngine() {
        var array = manager.create(new float[] {1, 2});
        assertThat(array.add(3).toFloatArray()).containsExactly(4, 5);
        array.set(new float[] {10, 20});
        assertThat(array.add(array).toFloatArray()).containsExactly(20, 40);
        assertThat(array.add(1).getManager().getEngine().getEngineName()).isEqualTo(HeapEngine.NAME);
    }

    @Test
    void resultsComeBackAsXlaArrays() {
        var sum = manager.create(new float[] {1, 2}).add(3);
        sum.setName("sum");
        var back = manager.from(sum);
        assertThat(back).isInstanceOf(XlaNDArray.class).isEqualTo(sum);
        assertThat(back.getName()).isEqualTo("sum");
    }

    @Test
    void typesThatCouldEndTheProcessAreNeverGivenAway() {
        HeapEngine.GIVEN.clear();
        var floats = manager.create(new float[] {1, 2});
        for (var type :
                new DataType[] {DataType.BFLOAT16, DataType.UINT16, DataType.UINT32, DataType.UINT64, DataType.INT16}) {
            var array = manager.ones(new Shape(2), type);
            var sentence = "an array of " + type
                    + " is not given to Heap, which may not know that type: use toType, FLOAT32 for example, before";
            assertThatThrownBy(() -> array.add(1)).hasMessage(sentence);
            assertThatThrownBy(() -> floats.add(array)).hasMessage(sentence);
            assertThatThrownBy(() -> array.getNDArrayInternal().relu()).hasMessage(sentence);
            array.attach(manager.newSubManager());
            assertThatThrownBy(array::sum).hasMessage(sentence);
        }
        assertThat(HeapEngine.GIVEN).isNotEmpty().containsOnly(DataType.FLOAT32);
    }

    @Test
    void copiesForTheOtherEngineEndWithTheirManager() {
        var child = manager.newSubManager();
        var array = child.create(new float[] {1, 2});
        var sum = array.add(1);
        array.attach(manager);
        child.close();
        assertThat(sum.isReleased()).isTrue();
        assertThat(array.add(1).toFloatArray()).containsExactly(2, 3);
    }
}
