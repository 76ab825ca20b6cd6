package io.meshtransformer.xla.training;

import io.meshtransformer.pjrt.Buffer;
import io.meshtransformer.pjrt.Event;
import io.meshtransformer.pjrt.HostBuffer;
import io.meshtransformer.pjrt.PjrtException.XlaError;
import io.meshtransformer.stablehlo.sharding.Shard;
import io.meshtransformer.stablehlo.type.Shape;

/** One device's part of an fp32 array, copied to the host. Safe for use by several threads. */
final class HostPart implements AutoCloseable {
    private final Shape whole;
    private final Shard shard;
    private final HostBuffer host;
    private final Event copied;
    private boolean complete;
    private XlaError failure;

    private HostPart(Shape whole, Shard shard, HostBuffer host, Event copied) {
        this.whole = whole;
        this.shard = shard;
        this.host = host;
        this.copied = copied;
    }

    /** Starts the copy. */
    static HostPart copy(Buffer buffer, Shape whole, Shard shard) {
        var host = HostBuffer.allocate(buffer.shape().bytes());
        try {
            return new HostPart(whole, shard, host, buffer.copyTo(host, 0));
        } catch (RuntimeException refused) {
            host.close();
            throw refused;
        }
    }

    synchronized boolean isComplete() {
        return complete;
    }

    /** Waits until the copy is done, well or badly. */
    synchronized void complete() {
        if (complete) {
            return;
        }
        try (copied) {
            copied.await();
        } catch (XlaError failed) {
            failure = failed;
        }
        complete = true;
    }

    /**
     * Puts what it has of a range of the whole array's elements in its places; leaves the others as they are.
     *
     * @param offset first element, counted in the flattened array
     * @throws XlaError if the copy, or the step before it, failed
     */
    void read(long offset, float[] values, int from, int count) {
        complete();
        if (failure != null) {
            throw failure;
        }
        var width = lineWidth(whole);
        for (var place = offset; place < offset + count; ) {
            var line = place / width;
            var column = place % width;
            var inLine = Math.min(width - column, offset + count - place);
            var local = localLine(line);
            if (local >= 0) {
                readLine(local, column, inLine, values, from + (int) (place - offset));
            }
            place += inLine;
        }
    }

    /** What this part has of some columns of a line. */
    private void readLine(long line, long column, long count, float[] values, int from) {
        var width = lineWidth(shard.shape());
        var first = shard.offsets().getLast();
        var begin = Math.max(column, first);
        var end = Math.min(column + count, first + width);
        if (begin < end) {
            var place = line * width + begin - first;
            host.read(place * Float.BYTES, values, from + (int) (begin - column), (int) (end - begin));
        }
    }

    /** Number of a line of the whole array, along its last dimension, in this part; negative if it has none of it. */
    private long localLine(long line) {
        var local = 0L;
        var stride = 1L;
        var rest = line;
        for (var dimension = whole.rank() - 2; dimension >= 0; dimension--) {
            var size = shard.shape().dimension(dimension);
            var index = rest % whole.dimension(dimension) - shard.offsets().get(dimension);
            if (index < 0 || index >= size) {
                return -1;
            }
            local += index * stride;
            stride *= size;
            rest /= whole.dimension(dimension);
        }
        return local;
    }

    private static long lineWidth(Shape shape) {
        return shape.dimension(shape.rank() - 1);
    }

    /** Memory is let go of when the copy is done, if it is not yet. */
    @Override
    public synchronized void close() {
        if (!complete) {
            complete = true;
            copied.close();
        }
        host.close();
    }
}
