package io.meshtransformer.xla.djl;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.meshtransformer.pjrt.ElementType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;

/** Makes arrays on a device, and closes them when it is closed itself. */
class XlaNDManager extends BaseNDManager {
    private final XlaEngine engine;
    private final XlaPlatform platform;
    private final io.meshtransformer.pjrt.Device target;
    private final NDManager delegate;

    private XlaNDManager(XlaEngine engine, NDManager parent, Device device) {
        // DJL's constructor asks for the engine.
        this.engine = engine;
        super(parent, device);
        this.platform = engine.platform(device);
        this.target = platform.device(device);
        this.delegate = Delegate.of(alternativeManager);
    }

    static XlaNDManager system(XlaEngine engine) {
        return new SystemManager(engine);
    }

    /**
     * A manager of this engine for arrays that follow from one of another engine: itself if it is ours, else a new one
     * that is closed with it.
     */
    static XlaNDManager beside(NDManager manager, XlaEngine engine, Device device) {
        if (manager instanceof XlaNDManager ours) {
            return ours;
        }
        var child = engine.newBaseManager(device);
        manager.attachInternal(child.uid, child);
        return child;
    }

    XlaEngine engine() {
        return engine;
    }

    XlaPlatform platform() {
        return platform;
    }

    /** The other engine's manager; null if there is none. */
    NDManager alternative() {
        return alternativeManager;
    }

    /** The same, guarded. */
    NDManager delegate() {
        return delegate;
    }

    XlaNDArray upload(HostArray array) {
        return XlaNDArray.attached(this, platform, platform.upload(array, target));
    }

    @Override
    public final Engine getEngine() {
        return engine;
    }

    @Override
    public XlaNDManager newSubManager(Device device) {
        var manager = new XlaNDManager(engine, this, device == null ? getDevice() : device);
        attachInternal(manager.uid, manager);
        return manager;
    }

    @Override
    public ByteBuffer allocateDirect(int capacity) {
        return ByteBuffer.allocateDirect(capacity).order(ByteOrder.nativeOrder());
    }

    /** An array of another engine is copied; one of this engine is given back as it is, wherever it is. */
    @Override
    public NDArray from(NDArray array) {
        if (array == null || array instanceof XlaNDArray) {
            return array;
        }
        var copy = upload(HostArray.of(array));
        copy.setName(array.getName());
        return copy;
    }

    @Override
    public NDArray create(Buffer data, Shape shape, DataType dataType) {
        return upload(HostBytes.read(data, ElementTypes.of(ElementTypes.of(dataType), shape)));
    }

    @Override
    public NDArray zeros(Shape shape, DataType dataType) {
        return full(shape, 0, dataType);
    }

    @Override
    public NDArray ones(Shape shape, DataType dataType) {
        return full(shape, 1, dataType);
    }

    @Override
    public NDArray full(Shape shape, float value, DataType dataType) {
        return upload(HostArray.of(value, ElementTypes.of(dataType)).broadcast(shape.getShape()));
    }

    @Override
    public NDArray arange(float start, float stop, float step, DataType dataType) {
        if (step == 0) {
            throw new IllegalArgumentException("the step from " + start + " to " + stop + " is 0");
        }
        var count = (int) Math.max(0, Math.ceil(((double) stop - start) / step));
        return filled(count, index -> start + (double) index * step).convertedTo(dataType, new Shape(count));
    }

    @Override
    public NDArray linspace(float start, float stop, int num, boolean endpoint) {
        var step = ((double) stop - start) / Math.max(1, endpoint ? num - 1 : num);
        return filled(num, index -> start + index * step).convertedTo(DataType.FLOAT32, new Shape(num));
    }

    @Override
    public NDArray eye(int rows, int columns, int k, DataType dataType) {
        return filled(Math.multiplyExact(rows, columns), index -> index % columns == index / columns + k ? 1 : 0)
                .convertedTo(dataType, new Shape(rows, columns));
    }

    private Filled filled(int count, IntToDoubleFunction element) {
        var values =
                ByteBuffer.allocate(Math.multiplyExact(count, Double.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        for (var index = 0; index < count; index++) {
            values.putDouble(element.applyAsDouble(index));
        }
        return (type, shape) -> upload(
                new HostArray(ElementTypes.of(ElementType.F64, shape), values.array()).convert(ElementTypes.of(type)));
    }

    private interface Filled {
        NDArray convertedTo(DataType type, Shape shape);
    }

    /** Reads what DJL can read: its own format, NumPy's npy and npz, safetensors. */
    @Override
    public NDList load(Path path) {
        try (var input = Files.newInputStream(path)) {
            return NDList.decode(this, input);
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    @Override
    public NDArray randomInteger(long low, long high, Shape shape, DataType dataType) {
        return delegated("randomInteger", other -> other.randomInteger(low, high, shape, dataType));
    }

    @Override
    public NDArray randomPermutation(long n) {
        return delegated("randomPermutation", other -> other.randomPermutation(n));
    }

    @Override
    public NDArray randomUniform(float low, float high, Shape shape, DataType dataType) {
        return delegated("randomUniform", other -> other.randomUniform(low, high, shape, DataType.FLOAT32))
                .toType(dataType, false);
    }

    @Override
    public NDArray randomNormal(float loc, float scale, Shape shape, DataType dataType) {
        return delegated("randomNormal", other -> other.randomNormal(loc, scale, shape, DataType.FLOAT32))
                .toType(dataType, false);
    }

    private NDArray delegated(String operation, Function<NDManager, NDArray> create) {
        if (alternativeManager == null) {
            throw Delegate.nobody(operation);
        }
        try (var array = create.apply(alternativeManager)) {
            return from(array);
        }
    }

    @Override
    public void close() {
        super.close();
        if (alternativeManager != null) {
            alternativeManager.close();
        }
    }

    /** The root of all managers of an engine; it is never closed. */
    private static final class SystemManager extends XlaNDManager implements NDManager.SystemNDManager {
        SystemManager(XlaEngine engine) {
            super(engine, null, engine.defaultDevice());
        }

        @Override
        public void close() {
            // It lives as long as the process.
        }
    }
}
