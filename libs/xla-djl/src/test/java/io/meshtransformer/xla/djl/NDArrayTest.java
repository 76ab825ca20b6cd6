package io.meshtransformer.xla.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.meshtransformer.pjrt.Buffer;
import io.meshtransformer.pjrt.PjrtException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Arrays hold, give and move what DJL code expects. There is no other engine here to help. */
class NDArrayTest {
    private NDManager manager;

    @BeforeEach
    void open() {
        manager = Xla.engine(XlaSettings.NOBODY).newBaseManager();
    }

    @AfterEach
    void close() {
        if (manager != null) {
            manager.close();
        }
    }

    private NDArray counting(long... sizes) {
        var array = manager.arange((int) new Shape(sizes).size());
        return array.reshape(new Shape(sizes));
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            mode = Mode.EXCLUDE,
            names = {"STRING", "UNKNOWN", "COMPLEX64"})
    void everyTypeKeepsItsBytesAndConverts(DataType type) {
        var bytes = new byte[6 * type.getNumOfBytes()];
        new Random(1).nextBytes(bytes);
        if (type == DataType.BOOLEAN) {
            bytes = new byte[] {1, 0, 0, 1, 1, 0};
        }
        var array = manager.create(ByteBuffer.wrap(bytes), new Shape(2, 3), type);
        assertThat(array.getDataType()).isEqualTo(type);
        assertThat(array.getShape()).isEqualTo(new Shape(2, 3));
        assertThat(array.toByteArray()).isEqualTo(bytes);
        assertThat(array.toByteBuffer(true).isDirect()).isTrue();

        var numbers = counting(2, 3).toType(type, false);
        if (type != DataType.BOOLEAN) {
            assertThat(numbers.toType(DataType.INT32, false).toIntArray()).containsExactly(0, 1, 2, 3, 4, 5);
        }
        assertThat(NDList.decode(manager, new NDList(numbers).encode()).head()).isEqualTo(numbers);
        assertThat(manager.ones(new Shape(2), type)
                        .toType(DataType.FLOAT64, false)
                        .toDoubleArray())
                .containsExactly(1, 1);
        assertThat(numbers.toString()).contains("2, 3");
    }

    @ParameterizedTest
    @EnumSource(NDList.Encoding.class)
    void listsAreEncodedAndDecoded(NDList.Encoding encoding) {
        var list = new NDList(counting(2, 3).toType(DataType.FLOAT32, false), counting(4));
        list.get(0).setName("x");
        list.get(1).setName("y");
        var decoded = NDList.decode(manager, list.encode(encoding));
        assertThat(decoded.get("x")).isEqualTo(list.get(0));
        assertThat(decoded.get("y")).isEqualTo(list.get(1));
        assertThat(decoded.get("x")).isInstanceOf(XlaNDArray.class);
    }

    @Test
    void halfTypesAreReadAsFloats() {
        var values = manager.create(new float[] {0.1f, -2, 3.14159f});
        assertThat(values.toType(DataType.BFLOAT16, false).toFloatArray()).containsExactly(0.100097656f, -2, 3.140625f);
        assertThat(values.toType(DataType.FLOAT16, false).toFloatArray()).containsExactly(0.099975586f, -2, 3.140625f);
    }

    @Test
    void arraysAreRearranged() {
        var array = counting(2, 3);
        assertThat(array.expandDims(-1).getShape()).isEqualTo(new Shape(2, 3, 1));
        assertThat(array.expandDims(1).squeeze(1)).isEqualTo(array);
        assertThat(array.reshape(3, -1).getShape()).isEqualTo(new Shape(3, 2));
        assertThat(array.flatten().getShape()).isEqualTo(new Shape(6));
        assertThat(array.expandDims(0).flatten(0, 1)).isEqualTo(array);
        assertThat(array.transpose().toIntArray()).containsExactly(0, 3, 1, 4, 2, 5);
        assertThat(array.swapAxes(0, 1)).isEqualTo(array.transpose(1, 0));
        assertThat(array.split(2)).extracting(NDArray::getShape).containsExactly(new Shape(1, 3), new Shape(1, 3));
        assertThat(array.split(new long[] {1}, -1).get(1).toIntArray()).containsExactly(1, 2, 4, 5);
        assertThat(array.broadcast(2, 2, 3).getShape()).isEqualTo(new Shape(2, 2, 3));
        assertThatThrownBy(() -> array.split(4)).hasMessage("dimension 0 of (2, 3) cannot be split into 4 equal parts");
        assertThatThrownBy(() -> array.squeeze(1)).hasMessage("dimension 1 of (2, 3) has size 3 and stays");
        assertThatThrownBy(() -> array.split(1, 2)).hasMessage("there is no dimension 2 in (2, 3)");
    }

    @Test
    void arraysAreJoined() {
        var array = counting(2, 3);
        assertThat(NDArrays.concat(new NDList(array, array), 1).toIntArray())
                .containsExactly(0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5);
        assertThat(NDArrays.stack(new NDList(array, array)).getShape()).isEqualTo(new Shape(2, 2, 3));
        assertThat(NDArrays.stack(new NDList(array, array), -1).toIntArray())
                .containsExactly(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5);
        assertThat(array.stack(array, 1).getShape()).isEqualTo(new Shape(2, 2, 3));
    }

    @Test
    void partsAreReadAndWritten() {
        var array = counting(3, 4);
        assertThat(array.getInt(1, 2)).isEqualTo(6);
        assertThat(array.get(-1).toIntArray()).containsExactly(8, 9, 10, 11);
        assertThat(array.get(":, 1:3").toIntArray()).containsExactly(1, 2, 5, 6, 9, 10);
        assertThat(array.get("..., 0").toIntArray()).containsExactly(0, 4, 8);

        array.set(new NDIndex("0"), 7);
        array.set(new NDIndex(":, 0"), manager.create(new float[] {1.9f, 2, 3}));
        array.setScalar(new NDIndex(2, 3), -1);
        array.set(new NDIndex("1, 1:3"), part -> part.toType(DataType.INT32, true));
        assertThat(array.toIntArray()).containsExactly(1, 7, 7, 7, 2, 5, 6, 7, 3, 9, 10, -1);
        assertThatThrownBy(() -> array.setScalar(new NDIndex("0"), 1))
                .hasMessage("the index names 4 elements, not one");

        array.set(new int[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
        assertThat(array.getInt(2, 3)).isEqualTo(12);
    }

    @Test
    void whatDoesNotFitAnArrayIsRefused() {
        var shape = new Shape(2, 2);
        assertThatThrownBy(() -> manager.create(FloatBuffer.allocate(3), shape, DataType.FLOAT32))
                .hasMessage("float32(2, 2) has 4 elements, the FloatBuffer has 3");
        assertThatThrownBy(() -> manager.create(ByteBuffer.allocate(17), shape, DataType.FLOAT32))
                .hasMessage("float32(2, 2) has 16 bytes, the ByteBuffer has 17");
        assertThatThrownBy(() -> manager.create(IntBuffer.allocate(4), shape, DataType.FLOAT32))
                .hasMessage("a IntBuffer does not hold elements of float32(2, 2)");
        assertThatThrownBy(() -> manager.create(ByteBuffer.wrap(new byte[] {0, 2}), new Shape(2), DataType.BOOLEAN))
                .hasMessage("a boolean is 0 or 1, not 2");
        assertThatThrownBy(() -> manager.create("text")).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void ramps() {
        assertThat(manager.arange(1f, 2f, 0.25f).toFloatArray()).containsExactly(1, 1.25f, 1.5f, 1.75f);
        assertThat(manager.linspace(0f, 1f, 3).toFloatArray()).containsExactly(0, 0.5f, 1);
        assertThat(manager.eye(2, 3, 1).toFloatArray()).containsExactly(0, 1, 0, 0, 0, 1);
        assertThat(manager.full(new Shape(2), 2.5f, DataType.BFLOAT16).toFloatArray())
                .containsExactly(2.5f, 2.5f);
    }

    @Test
    void equalArraysHaveEqualTypes() {
        var ints = manager.zeros(new Shape(2), DataType.INT32);
        assertThat(ints).isEqualTo(manager.zeros(new Shape(2), DataType.INT32));
        assertThat(ints).isNotEqualTo(manager.zeros(new Shape(2), DataType.FLOAT32));
        assertThat(ints).isNotEqualTo(manager.zeros(new Shape(1, 2), DataType.INT32));
        assertThat(ints.contentEquals(0)).isTrue();
    }

    @Test
    void closingAManagerClosesItsArraysAndThoseOfItsChildren() {
        var child = manager.newSubManager();
        var arrays = new NDList(
                manager.create(1f), child.create(2f), child.newSubManager().create(3f));
        var buffers = new ArrayList<Buffer>();
        arrays.forEach(array -> buffers.add(((XlaNDArray) array).buffer()));
        var kept = child.create(4f);
        kept.detach();
        assertThat(manager.getManagedArrays()).hasSize(3);

        manager.close();

        assertThat(buffers).allMatch(Buffer::isClosed);
        assertThat(kept.toFloatArray()).containsExactly(4);
        kept.close();
        assertThatThrownBy(kept::toByteArray).hasMessageEndingWith(" is closed");
        assertThatThrownBy(() -> manager.create(1f)).isInstanceOf(IllegalStateException.class);
        manager = null;
    }

    @Test
    void arraysMoveBetweenManagers() {
        var array = manager.create(1f);
        var lent = manager.create(2f);
        var other = manager.newSubManager();
        array.attach(other);
        array.attach(manager);
        lent.tempAttach(other);
        assertThat(lent.getManager()).isEqualTo(other);

        other.close();

        assertThat(lent.getManager()).isEqualTo(manager);
        assertThat(lent.toFloatArray()).containsExactly(2);
        assertThat(array.toFloatArray()).containsExactly(1);
    }

    @Test
    void settingReplacesTheBufferAndFreesTheOldOne() {
        var array = (XlaNDArray) manager.create(new float[] {1, 2});
        var old = array.buffer();
        array.set(new float[] {3, 4});
        assertThat(array.toFloatArray()).containsExactly(3, 4);
        assertThat(old.isClosed()).isTrue();
        assertThatThrownBy(old::toFloats).isInstanceOf(PjrtException.Closed.class);
        array.intern(manager.create(new int[] {5}));
        assertThat(array.toIntArray()).containsExactly(5);
        assertThat(manager.getManagedArrays()).hasSize(1);
    }

    @Test
    void devicesThatAreNotThereAreRefused() {
        assertThat(manager.getDevice()).isEqualTo(Device.cpu());
        assertThatThrownBy(() -> manager.newSubManager(Device.of("vcpu", 7)))
                .hasMessage("there is no device vcpu(7); the plugin cpu has [cpu()]");
    }

    @Test
    void whatIsNotDoneHereSaysSo() {
        var array = manager.create(1f);
        assertThatThrownBy(() -> array.add(1))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageStartingWith("this operation is not done on XLA arrays, and no other engine is here");
        array.attach(manager.newSubManager());
        assertThatThrownBy(() -> array.softmax(0)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> array.getNDArrayInternal().relu()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> manager.randomNormal(new Shape(2)))
                .hasMessageStartingWith("randomNormal is not done on XLA arrays");
    }
}
