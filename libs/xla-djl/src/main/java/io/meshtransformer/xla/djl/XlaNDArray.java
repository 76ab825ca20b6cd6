package io.meshtransformer.xla.djl;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrayAdapter;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.index.full.NDIndexFullSlice;
import ai.djl.ndarray.internal.NDArrayEx;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.meshtransformer.pjrt.Buffer;
import io.meshtransformer.pjrt.ElementType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * An array on a device. Elements are read, replaced and moved about here, by way of the host; whatever computes is left to
 * the other engine, in {@code NDArrayAdapter}.
 */
final class XlaNDArray extends NDArrayAdapter {
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

    /** An array that follows from this one: on its device, of its manager. */
    XlaNDArray derive(HostArray array) {
        var home = XlaNDManager.beside(manager, engine, getDevice());
        return attached(home, platform, platform.upload(array, buffer().device()));
    }

    private XlaNDArray derive(HostArray array, String newName) {
        var derived = derive(array);
        derived.setName(newName);
        return derived;
    }

    private HostArray host() {
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
            return super.get(alternative(target), index);
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
    public NDArray reshape(Shape newShape) {
        return derive(host().reshape(newShape.getShape()));
    }

    @Override
    public NDArray flatten() {
        return reshape(new Shape(-1));
    }

    @Override
    public NDArray flatten(int startDim, int endDim) {
        var first = axis(startDim);
        var last = axis(endDim);
        var sizes = getShape().getShape();
        var joined = Arrays.stream(sizes, first, last + 1).reduce(1, Math::multiplyExact);
        return reshape(new Shape(LongStream.concat(
                        LongStream.concat(Arrays.stream(sizes, 0, first), LongStream.of(joined)),
                        Arrays.stream(sizes, last + 1, sizes.length))
                .toArray()));
    }

    @Override
    public NDArray expandDims(int axis) {
        return derive(expanded(host(), axis < 0 ? axis + getShape().dimension() + 1 : axis));
    }

    static HostArray expanded(HostArray array, int axis) {
        if (axis < 0 || axis > array.rank()) {
            throw new IllegalArgumentException("a new dimension " + axis + " in " + array.shape());
        }
        var sizes = array.sizes();
        return array.reshape(LongStream.concat(
                        LongStream.concat(Arrays.stream(sizes, 0, axis), LongStream.of(1)),
                        Arrays.stream(sizes, axis, sizes.length))
                .toArray());
    }

    @Override
    public NDArray squeeze(int[] axes) {
        var gone = Arrays.stream(axes).map(this::axis).boxed().toList();
        for (var axis : gone) {
            if (size(axis) != 1) {
                throw new IllegalArgumentException(
                        "dimension " + axis + " of " + getShape() + " has size " + size(axis) + " and stays");
            }
        }
        return reshape(new Shape(IntStream.range(0, getShape().dimension())
                .filter(axis -> !gone.contains(axis))
                .mapToLong(this::size)
                .toArray()));
    }

    @Override
    public NDArray transpose() {
        return transpose(IntStream.iterate(getShape().dimension() - 1, axis -> axis - 1)
                .limit(getShape().dimension())
                .toArray());
    }

    @Override
    public NDArray transpose(int... axes) {
        return derive(host().transpose(Arrays.stream(axes).map(this::axis).toArray()));
    }

    @Override
    public NDArray broadcast(Shape newShape) {
        return derive(host().broadcast(newShape.getShape()));
    }

    @Override
    public NDList split(long sections, int axis) {
        var size = size(axis(axis));
        if (sections < 1 || size % sections != 0) {
            throw new IllegalArgumentException(
                    "dimension " + axis + " of " + getShape() + " cannot be split into " + sections + " equal parts");
        }
        var length = size / sections;
        return split(LongStream.range(1, sections).map(part -> part * length).toArray(), axis);
    }

    @Override
    public NDList split(long[] indices, int axis) {
        return new NDList((Collection<NDArray>) host().split(indices, axis(axis)).stream()
                .<NDArray>map(this::derive)
                .toList());
    }

    /** A dimension by its number, or counted from the last one as -1. */
    int axis(int axis) {
        var rank = getShape().dimension();
        if (axis < -rank || axis >= rank) {
            throw new IllegalArgumentException("there is no dimension " + axis + " in " + getShape());
        }
        return Math.floorMod(axis, rank);
    }

    @Override
    public NDArrayEx getNDArrayInternal() {
        return ArrayOperations.of(this, super::getNDArrayInternal);
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
