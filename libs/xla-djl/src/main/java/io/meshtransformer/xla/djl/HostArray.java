package io.meshtransformer.xla.djl;

import ai.djl.ndarray.NDArray;
import io.meshtransformer.pjrt.Buffer;
import io.meshtransformer.pjrt.ElementType;
import io.meshtransformer.pjrt.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An array on the host: where elements are moved about, but nothing is computed.
 *
 * @param shape type and dimensions
 * @param bytes the elements in row-major order, little endian; shared, not copied
 */
record HostArray(Shape shape, byte[] bytes) {
    HostArray {
        if (bytes.length != shape.bytes()) {
            throw new IllegalArgumentException(bytes.length + " bytes are not an array " + shape);
        }
    }

    /** Waits for a device's array and copies it. */
    static HostArray of(Buffer buffer) {
        requireFit(buffer.shape());
        return new HostArray(buffer.shape(), buffer.toBytes());
    }

    /** Copies an array of any engine. */
    static HostArray of(NDArray array) {
        if (array instanceof XlaNDArray ours) {
            return of(ours.buffer());
        }
        var type = ElementTypes.of(array.getDataType());
        return new HostArray(ElementTypes.of(type, array.getShape()), array.toByteArray());
    }

    /** A scalar. */
    static HostArray of(Number number, ElementType type) {
        return new HostArray(Shape.of(type), ElementConversion.of(number, type));
    }

    static void requireFit(Shape shape) {
        if (shape.bytes() > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    shape + " has " + shape.bytes() + " bytes; an array of the Java heap can hold 2147483639");
        }
    }

    HostArray convert(ElementType type) {
        return type == shape.elementType()
                ? this
                : new HostArray(
                        new Shape(type, shape.dimensions()),
                        ElementConversion.convert(bytes, shape.elementType(), type));
    }

    /** The same elements in other dimensions, of which one may be -1: whatever is left. */
    HostArray reshape(long... dimensions) {
        var known = Arrays.stream(dimensions).filter(size -> size != -1).reduce(1, Math::multiplyExact);
        var result = dimensions.clone();
        var unknown = IntStream.range(0, dimensions.length)
                .filter(dimension -> dimensions[dimension] == -1)
                .toArray();
        if (unknown.length == 1 && known != 0) {
            result[unknown[0]] = shape.elements() / known;
        }
        if (Arrays.stream(result).anyMatch(size -> size < 0)
                || Arrays.stream(result).reduce(1, Math::multiplyExact) != shape.elements()) {
            throw new IllegalArgumentException(
                    "an array " + shape + " cannot take the shape " + Arrays.toString(dimensions));
        }
        return new HostArray(Shape.of(shape.elementType(), result), bytes);
    }

    /** The elements from {@code begin} to below {@code end} of every dimension, every {@code step}-th of them. */
    HostArray slice(long[] begin, long[] end, long[] step) {
        var sizes = sliceSizes(begin, end, step);
        var result = empty(sizes);
        var strides = strides();
        StridedCopy.of(sizes)
                .from(bytes, offset(begin, strides), scaled(strides, step))
                .to(result.bytes, 0, result.strides())
                .run(shape.elementType().bytes());
        return result;
    }

    /** This array with a slice replaced; the value is broadcast to it. */
    HostArray withSlice(long[] begin, long[] end, long[] step, HostArray value) {
        var sizes = sliceSizes(begin, end, step);
        var result = new HostArray(shape, bytes.clone());
        var strides = strides();
        StridedCopy.of(sizes)
                .from(value.bytes, 0, value.broadcastStrides(sizes))
                .to(result.bytes, offset(begin, strides), scaled(strides, step))
                .run(shape.elementType().bytes());
        return result;
    }

    private long[] sliceSizes(long[] begin, long[] end, long[] step) {
        var sizes = new long[begin.length];
        for (var dimension = 0; dimension < sizes.length; dimension++) {
            var size = shape.dimensions().get(dimension);
            if (begin[dimension] < 0 || end[dimension] > size || step[dimension] < 1) {
                throw new IndexOutOfBoundsException("from " + begin[dimension] + " to " + end[dimension] + " by "
                        + step[dimension] + " in dimension " + dimension + " of " + shape);
            }
            sizes[dimension] = Math.max(0, Math.ceilDiv(end[dimension] - begin[dimension], step[dimension]));
        }
        return sizes;
    }

    /** Dimension {@code i} of the result is dimension {@code axes[i]} of this. */
    HostArray transpose(int... axes) {
        if (!Arrays.equals(
                Arrays.stream(axes).sorted().toArray(),
                IntStream.range(0, rank()).toArray())) {
            throw new IllegalArgumentException(Arrays.toString(axes) + " is no order of the dimensions of " + shape);
        }
        var sizes = Arrays.stream(axes).mapToLong(shape.dimensions()::get).toArray();
        var strides = strides();
        var result = empty(sizes);
        StridedCopy.of(sizes)
                .from(bytes, 0, Arrays.stream(axes).map(axis -> strides[axis]).toArray())
                .to(result.bytes, 0, result.strides())
                .run(shape.elementType().bytes());
        return result;
    }

    /** This array as often as needed to fill the dimensions, by the rules of NumPy. */
    HostArray broadcast(long... sizes) {
        var result = empty(sizes);
        StridedCopy.of(sizes)
                .from(bytes, 0, broadcastStrides(sizes))
                .to(result.bytes, 0, result.strides())
                .run(shape.elementType().bytes());
        return result;
    }

    /** Arrays one after the other along a dimension; all else about them is equal. */
    static HostArray concatenate(List<HostArray> parts, int axis) {
        var first = parts.getFirst();
        var sizes = first.sizes();
        sizes[axis] = 0;
        for (var part : parts) {
            var others = part.sizes();
            if (others.length == sizes.length) {
                sizes[axis] += others[axis];
                others[axis] = sizes[axis];
            }
            if (!Arrays.equals(others, sizes) || part.shape.elementType() != first.shape.elementType()) {
                throw new IllegalArgumentException(
                        first.shape + " and " + part.shape + " cannot be joined along dimension " + axis);
            }
        }
        var result = first.empty(sizes);
        var strides = result.strides();
        var begin = 0L;
        for (var part : parts) {
            StridedCopy.of(part.sizes())
                    .from(part.bytes, 0, part.strides())
                    .to(result.bytes, Math.toIntExact(begin * strides[axis]), strides)
                    .run(first.shape.elementType().bytes());
            begin += part.shape.dimensions().get(axis);
        }
        return result;
    }

    /** Parts of a dimension: up to the first index, from there to the second, and so on to the end. */
    List<HostArray> split(long[] indices, int axis) {
        var parts = new ArrayList<HostArray>();
        var begin = new long[rank()];
        var end = sizes();
        var step = new long[rank()];
        Arrays.fill(step, 1);
        var size = end[axis];
        for (var part = 0; part <= indices.length; part++) {
            end[axis] = part < indices.length ? indices[part] : size;
            parts.add(slice(begin, end, step));
            begin[axis] = end[axis];
        }
        return parts;
    }

    int rank() {
        return shape.dimensions().size();
    }

    long[] sizes() {
        return shape.dimensions().stream().mapToLong(Long::longValue).toArray();
    }

    private HostArray empty(long... sizes) {
        var result = Shape.of(shape.elementType(), sizes);
        requireFit(result);
        return new HostArray(result, new byte[(int) result.bytes()]);
    }

    /** Bytes from an element to the next one of each dimension. */
    private int[] strides() {
        var strides = new int[rank()];
        var stride = shape.elementType().bytes();
        for (var dimension = rank() - 1; dimension >= 0; dimension--) {
            strides[dimension] = stride;
            stride *= Math.toIntExact(shape.dimensions().get(dimension));
        }
        return strides;
    }

    private int[] broadcastStrides(long[] sizes) {
        var missing = sizes.length - rank();
        var strides = strides();
        var result = new int[sizes.length];
        for (var dimension = 0; dimension < rank(); dimension++) {
            var size = shape.dimensions().get(dimension);
            if (missing < 0 || size != 1 && size != sizes[dimension + missing]) {
                throw new IllegalArgumentException(shape + " cannot be broadcast to " + Arrays.toString(sizes));
            }
            result[dimension + missing] = size == 1 ? 0 : strides[dimension];
        }
        return result;
    }

    private static int offset(long[] begin, int[] strides) {
        var offset = 0L;
        for (var dimension = 0; dimension < begin.length; dimension++) {
            offset += begin[dimension] * strides[dimension];
        }
        return Math.toIntExact(offset);
    }

    private static int[] scaled(int[] strides, long[] step) {
        return IntStream.range(0, strides.length)
                .map(dimension -> Math.toIntExact(strides[dimension] * step[dimension]))
                .toArray();
    }
}
