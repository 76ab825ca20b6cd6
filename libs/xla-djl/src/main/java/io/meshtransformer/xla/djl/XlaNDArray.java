package io.meshtransformer.xla.djl;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.index.full.NDIndexFullSlice;
import ai.djl.ndarray.internal.NDArrayEx;
import ai.djl.ndarray.types.DataType;
import io.meshtransformer.pjrt.Buffer;
import io.meshtransformer.pjrt.ElementType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * An array on a device. Elements are read, replaced and moved about here, by way of the host; whatever computes is left to
 * the other engine, in {@code NDArrayAdapter}. Where that hands operands over unseen, this shows them to {@link Delegate}.
 */
final class XlaNDArray extends RearrangedArray {
    private final XlaPlatform platform;
    private final XlaEngine engine;
    private final AtomicReference<Buffer> buffer;

    private XlaNDArray(XlaNDManager manager, XlaPlatform platform, Buffer buffer) {
        super(
                manager,
                manager.delegate(),
                ElementTypes.of(buffer.shape()),
                ElementTypes.of(buffer.shape().elementType()),
                NDManager.nextUid());
        this.platform = platform;
        this.engine = manager.engine();
        this.buffer = new AtomicReference<>(buffer);
    }

    /** Takes over a buffer of a platform; if the manager is closed, so is the buffer. */
    static XlaNDArray attached(XlaNDManager manager, XlaPlatform platform, Buffer buffer) {
        try {
            var array = new XlaNDArray(manager, platform, buffer);
            manager.attachInternal(array.getUid(), array);
            return array;
        } catch (RuntimeException refused) {
            buffer.close();
            throw refused;
        }
    }

    /** @throws IllegalStateException if the array is closed */
    Buffer buffer() {
        var present = buffer.get();
        if (present == null) {
            throw new IllegalStateException("the array " + (name == null ? uid : name) + " is closed");
        }
        return present;
    }

    @Override
    XlaNDArray derive(HostArray array) {
        var home = XlaNDManager.beside(manager, engine, getDevice());
        return attached(home, platform, platform.upload(array, buffer().device()));
    }

    private XlaNDArray derive(HostArray array, String newName) {
        var derived = derive(array);
        derived.setName(newName);
        return derived;
    }

    @Override
    HostArray host() {
        return HostArray.of(buffer());
    }

    @Override
    public Device getDevice() {
        return platform.nameOf(buffer().device());
    }

    @Override
    public void attach(NDManager target) {
        moveTo(target, () -> target.attachInternal(uid, this));
    }

    @Override
    public void tempAttach(NDManager target) {
        var original = manager;
        moveTo(target, () -> target.tempAttachInternal(original, uid, this));
    }

    @Override
    public void detach() {
        moveTo(engine.systemManager(), () -> {});
    }

    /** The copy that the other engine has belongs to the old manager. */
    private void moveTo(NDManager target, Runnable attach) {
        manager.detachInternal(uid);
        dropCopy();
        manager = target;
        alternativeManager = target instanceof XlaNDManager ours ? ours.delegate() : Delegate.of(target);
        attach.run();
    }

    private void dropCopy() {
        if (alternativeArray != null) {
            alternativeArray.close();
            alternativeArray = null;
        }
    }

    @Override
    public NDArray toDevice(Device device, boolean copy) {
        if (device.equals(getDevice())) {
            return copy ? duplicate() : this;
        }
        var destination = engine.platform(device);
        var target = destination.device(device);
        var moved = destination.owns(buffer()) ? buffer().copyTo(target) : destination.upload(host(), target);
        var array = attached(XlaNDManager.beside(manager, engine, device), destination, moved);
        array.setName(name);
        return array;
    }

    @Override
    public NDArray toType(DataType type, boolean copy) {
        if (type == getDataType() && !copy) {
            return this;
        }
        return derive(host().convert(ElementTypes.of(type)), name);
    }

    @Override
    public NDArray duplicate() {
        return derive(host(), name);
    }

    @Override
    public ByteBuffer toByteBuffer(boolean tryDirect) {
        if (!tryDirect) {
            return ByteBuffer.wrap(host().bytes()).order(ByteOrder.nativeOrder());
        }
        var source = buffer();
        HostArray.requireFit(source.shape());
        var target = ByteBuffer.allocateDirect((int) source.shape().bytes()).order(ByteOrder.nativeOrder());
        try (var copy = source.copyTo(target)) {
            copy.await();
        }
        return target;
    }

    /** Also of bf16, widened. */
    @Override
    public float[] toFloatArray() {
        return getDataType() == DataType.BFLOAT16 ? widened() : super.toFloatArray();
    }

    /** Also of 64 bits without a sign, as they are. */
    @Override
    public long[] toLongArray() {
        return getDataType() == DataType.UINT64 ? buffer().toLongs() : super.toLongArray();
    }

    /** Also of bf16, widened. */
    @Override
    public Number[] toArray() {
        if (getDataType() != DataType.BFLOAT16) {
            return super.toArray();
        }
        var values = widened();
        return IntStream.range(0, values.length)
                .mapToObj(index -> values[index])
                .toArray(Number[]::new);
    }

    private float[] widened() {
        var values = new float[Math.toIntExact(size())];
        ByteBuffer.wrap(host().convert(ElementType.F32).bytes())
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return values;
    }

    @Override
    public boolean contentEquals(NDArray other) {
        return getDataType() == other.getDataType()
                && getShape().equals(other.getShape())
                && Arrays.equals(host().bytes(), HostArray.of(other).bytes());
    }

    @Override
    public void set(java.nio.Buffer data) {
        replace(HostBytes.read(data, buffer().shape()));
    }

    /** The device's array is a new one: a program that still reads the old one is not disturbed. */
    private void replace(HostArray contents) {
        var replacement = platform.upload(contents, buffer().device());
        var old = buffer.getAndSet(replacement);
        if (old == null) {
            close();
            throw new IllegalStateException("the array was closed while it was set");
        }
        old.close();
    }

    @Override
    public void intern(NDArray replaced) {
        replace(HostArray.of(replaced));
        shape = replaced.getShape();
        dataType = replaced.getDataType();
        dropCopy();
        replaced.close();
    }

    @Override
    public NDArray get(NDIndex index) {
        return get(manager, index);
    }

    @Override
    public NDArray get(NDManager target, NDIndex index) {
        var slice = NDIndexFullSlice.fromIndex(index, getShape());
        if (slice.isEmpty()) {
            return super.get(alternative(target), DelegatedIndex.of(index, alternativeManager));
        }
        var part = slice.get();
        var elements = host().slice(part.getMin(), part.getMax(), part.getStep())
                .reshape(part.getSqueezedShape().getShape());
        var array = derive(elements);
        if (target != manager) {
            array.attach(target);
        }
        return array;
    }

    private static NDManager alternative(NDManager manager) {
        return manager instanceof XlaNDManager ours ? ours.alternative() : manager;
    }

    @Override
    public void set(NDIndex index, NDArray value) {
        setSlice(index, HostArray.of(value), () -> super.set(index, value));
    }

    @Override
    public void set(NDIndex index, Number value) {
        setSlice(index, HostArray.of(value, buffer().shape().elementType()), () -> super.set(index, value));
    }

    @Override
    public void set(NDIndex index, Function<NDArray, NDArray> function) {
        try (var part = get(index);
                var value = function.apply(part)) {
            set(index, value);
        }
    }

    @Override
    public void setScalar(NDIndex index, Number value) {
        var slice = NDIndexFullSlice.fromIndex(index, getShape());
        if (slice.isPresent() && slice.get().getShape().size() != 1) {
            throw new IllegalArgumentException(
                    "the index names " + slice.get().getShape().size() + " elements, not one");
        }
        set(index, value);
    }

    private void setSlice(NDIndex index, HostArray value, Runnable otherwise) {
        var slice = NDIndexFullSlice.fromIndex(index, getShape());
        if (slice.isEmpty()) {
            otherwise.run();
            return;
        }
        var part = slice.get();
        var converted = value.convert(buffer().shape().elementType());
        var fitting = converted
                .broadcast(part.getSqueezedShape().getShape())
                .reshape(part.getShape().getShape());
        replace(host().withSlice(part.getMin(), part.getMax(), part.getStep(), fitting));
    }

    @Override
    public NDArray atan2(NDArray other) {
        return super.atan2(alternativeManager.from(other));
    }

    @Override
    public NDArray dot(NDArray other) {
        return super.dot(alternativeManager.from(other));
    }

    @Override
    public NDArray matMul(NDArray other) {
        return super.matMul(alternativeManager.from(other));
    }

    @Override
    public void set(NDArray index, Number value) {
        super.set(alternativeManager.from(index), value);
    }

    @Override
    public NDArrayEx getNDArrayInternal() {
        return ArrayOperations.of(this, alternativeManager, super::getNDArrayInternal);
    }

    @Override
    public void close() {
        var present = buffer.getAndSet(null);
        if (present != null) {
            present.close();
        }
        super.close();
    }
}
