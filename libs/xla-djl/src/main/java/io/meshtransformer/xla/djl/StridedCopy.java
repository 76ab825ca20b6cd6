package io.meshtransformer.xla.djl;

/** A copy of elements that lie at regular distances, in bytes: every way to move elements of an array is one. */
record StridedCopy(
        long[] sizes, byte[] source, int sourceOffset, int[] sourceStrides, byte[] target, int offset, int[] strides) {

    static StridedCopy of(long[] sizes) {
        return new StridedCopy(sizes, null, 0, null, null, 0, null);
    }

    StridedCopy from(byte[] bytes, int firstByte, int[] distances) {
        return new StridedCopy(sizes, bytes, firstByte, distances, target, offset, strides);
    }

    StridedCopy to(byte[] bytes, int firstByte, int[] distances) {
        return new StridedCopy(sizes, source, sourceOffset, sourceStrides, bytes, firstByte, distances);
    }

    /** Copies; inner dimensions that lie densely on both sides go at once. */
    void run(int elementBytes) {
        var bytes = elementBytes;
        var dimensions = sizes.length;
        while (dimensions > 0 && sourceStrides[dimensions - 1] == bytes && strides[dimensions - 1] == bytes) {
            dimensions--;
            bytes *= Math.toIntExact(sizes[dimensions]);
        }
        copy(0, dimensions, sourceOffset, offset, bytes);
    }

    private void copy(int dimension, int dimensions, int from, int to, int bytes) {
        if (dimension == dimensions) {
            System.arraycopy(source, from, target, to, bytes);
            return;
        }
        for (var index = 0; index < sizes[dimension]; index++) {
            copy(
                    dimension + 1,
                    dimensions,
                    from + index * sourceStrides[dimension],
                    to + index * strides[dimension],
                    bytes);
        }
    }
}
