package io.meshtransformer.xla.djl;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineProvider;
import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrayAdapter;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An engine of another kind: arrays on the heap that can be added to a number, and to each other. It remembers the types
 * of all arrays that it was ever given.
 */
final class HeapEngine extends Engine {
    static final String NAME = "Heap";
    static final List<DataType> GIVEN = new CopyOnWriteArrayList<>();

    private static final HeapEngine INSTANCE = new HeapEngine();
    private static final Manager ROOT = new Root();

    static void register() {
        Engine.registerEngine(new EngineProvider() {
            @Override
            public String getEngineName() {
                return NAME;
            }

            @Override
            public int getEngineRank() {
                return INSTANCE.getRank();
            }

            @Override
            public Engine getEngine() {
                return INSTANCE;
            }
        });
    }

    @Override
    public Engine getAlternativeEngine() {
        return null;
    }

    @Override
    public String getEngineName() {
        return NAME;
    }

    @Override
    public int getRank() {
        return 2;
    }

    @Override
    public String getVersion() {
        return "1";
    }

    @Override
    public boolean hasCapability(String capability) {
        return false;
    }

    @Override
    public Model newModel(String name, Device device) {
        throw new UnsupportedOperationException("no models");
    }

    @Override
    public NDManager newBaseManager() {
        return ROOT.newSubManager();
    }

    @Override
    public NDManager newBaseManager(Device device) {
        return newBaseManager();
    }

    static class Manager extends BaseNDManager {
        Manager(NDManager parent) {
            super(parent, Device.cpu());
        }

        @Override
        public Engine getEngine() {
            return INSTANCE;
        }

        @Override
        public NDManager newSubManager(Device device) {
            var manager = new Manager(this);
            attachInternal(manager.uid, manager);
            return manager;
        }

        @Override
        public ByteBuffer allocateDirect(int capacity) {
            return ByteBuffer.allocateDirect(capacity).order(ByteOrder.nativeOrder());
        }

        @Override
        public NDArray from(NDArray array) {
            return array instanceof HeapArray
                    ? array
                    : create(array.getDataType().asDataType(array.toByteBuffer()), array.getShape());
        }

        @Override
        public NDArray create(Buffer data, Shape shape, DataType dataType) {
            GIVEN.add(dataType);
            var values = new float[Math.toIntExact(shape.size())];
            ((FloatBuffer) data).get(values);
            var array = new HeapArray(this, values, shape);
            attachInternal(array.getUid(), array);
            return array;
        }
    }

    private static final class Root extends Manager implements NDManager.SystemNDManager {
        Root() {
            super(null);
        }
    }

    private static final class HeapArray extends NDArrayAdapter {
        private final float[] values;

        HeapArray(Manager manager, float[] values, Shape shape) {
            super(manager, null, shape, DataType.FLOAT32, NDManager.nextUid());
            this.values = values;
        }

        @Override
        public ByteBuffer toByteBuffer(boolean tryDirect) {
            var bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.nativeOrder());
            bytes.asFloatBuffer().put(values);
            return bytes;
        }

        @Override
        public void set(Buffer data) {
            ((FloatBuffer) data).get(values);
        }

        @Override
        public NDArray add(Number number) {
            var sums = values.clone();
            for (var index = 0; index < sums.length; index++) {
                sums[index] += number.floatValue();
            }
            return getManager().create(sums, getShape());
        }

        @Override
        public NDArray add(NDArray other) {
            var sums = values.clone();
            var addends = ((HeapArray) other).values;
            for (var index = 0; index < sums.length; index++) {
                sums[index] += addends[index];
            }
            return getManager().create(sums, getShape());
        }

        @Override
        public void intern(NDArray replaced) {
            throw new UnsupportedOperationException("arrays of the heap keep their elements");
        }

        @Override
        public void detach() {
            throw new UnsupportedOperationException("arrays of the heap stay where they are");
        }
    }
}
