package io.meshtransformer.xla.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrayAdapter;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Collection;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** The operations of an array that move its elements about and compute nothing. */
abstract class RearrangedArray extends NDArrayAdapter {
    RearrangedArray(NDManager manager, NDManager alternativeManager, Shape shape, DataType dataType, String uid) {
        super(manager, alternativeManager, shape, dataType, uid);
    }

    /** The elements, copied to the host. */
    abstract HostArray host();

    /** An array that follows from this one: on its device, of its manager. */
    abstract NDArray derive(HostArray array);

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
}
