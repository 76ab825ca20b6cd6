package io.meshtransformer.pjrt;

import com.sun.jna.Pointer;
import io.meshtransformer.pjrt.c.NativeScope;
import io.meshtransformer.pjrt.c.NativeStruct;
import io.meshtransformer.pjrt.c.PjrtStructs;
import io.meshtransformer.pjrt.c.StructLayout;
import java.nio.ByteBuffer;
import java.util.stream.LongStream;

/**
 * An array on a device. It may still be on its way there or be computed; whatever reads it waits. Safe for use by several
 * threads. A buffer that was donated to an execution is closed by it.
 */
public final class Buffer extends NativeHandle {
    private static final int TILED = 0;

    private final Client client;
    private final Device device;
    private final HostLease lease;
    private volatile Shape shape;
    private volatile boolean donated;

    /**
     * @param shape null if the plugin has to be asked
     * @param lease the host memory that it was made of, or null
     */
    Buffer(Client client, Pointer pointer, Device device, Shape shape, HostLease lease) {
        // Once the client knows of it, another thread that closes the client may destroy it.
        this.client = client;
        this.device = device;
        this.shape = shape;
        this.lease = lease;
        super(client.api(), pointer, client);
    }

    public Shape shape() {
        var known = shape;
        if (known == null) {
            known = readShape();
            shape = known;
        }
        return known;
    }

    private Shape readShape() {
        try (var use = use();
                var scope = new NativeScope()) {
            var type = ask(use, scope, PjrtStructs.BUFFER_ELEMENT_TYPE).getInt("type");
            var answer = ask(use, scope, PjrtStructs.BUFFER_DIMENSIONS);
            var rank = answer.getCount("num_dims");
            var dimensions = rank == 0 ? new long[0] : answer.getPointer("dims").getLongArray(0, rank);
            return Shape.of(ElementType.of(type), dimensions);
        }
    }

    public Device device() {
        return device;
    }

    public MemorySpace memory() {
        try (var use = use();
                var scope = new NativeScope()) {
            return MemorySpace.read(
                    api(), ask(use, scope, PjrtStructs.BUFFER_MEMORY).getPointer("memory"));
        }
    }

    /** Bytes on the device, where padding may be added to the shape's. */
    public long deviceBytes() {
        try (var use = use();
                var scope = new NativeScope()) {
            return ask(use, scope, PjrtStructs.BUFFER_ON_DEVICE_SIZE_IN_BYTES).getSize("on_device_size_in_bytes");
        }
    }

    /** Happens when the contents are there, or are known never to be. */
    public Event ready() {
        try (var use = use();
                var scope = new NativeScope()) {
            var event = ask(use, scope, PjrtStructs.BUFFER_READY_EVENT).getPointer("event");
            return client.adopt(new Event(client, event));
        }
    }

    /** Starts a copy to another device of the same client. */
    public Buffer copyTo(Device destination) {
        if (destination.client() != client) {
            throw new IllegalArgumentException(destination + " belongs to another client");
        }
        try (var use = use();
                var scope = new NativeScope()) {
            var arguments = scope.struct(PjrtStructs.BUFFER_COPY_TO_DEVICE)
                    .setPointer("buffer", use.pointer())
                    .setPointer("dst_device", destination.pointer());
            call(arguments);
            return client.adopt(new Buffer(client, arguments.getPointer("dst_buffer"), destination, shape, null));
        }
    }

    /**
     * Starts a copy, densely packed, into a host buffer. That stays allocated until the copy is done, also if it is closed
     * before; closing the event waits for the copy.
     */
    public Event copyTo(HostBuffer destination, long offset) {
        return copyTo(HostMemory.of(destination, offset, shape().bytes()));
    }

    /** Starts a copy, densely packed, into the remaining bytes of a direct buffer, whose position does not move. */
    public Event copyTo(ByteBuffer destination) {
        return copyTo(HostMemory.ofWritable(destination));
    }

    /** Takes over the memory: until the copy has started it is ours to release, then the event's. */
    private Event copyTo(HostMemory destination) {
        try (var use = hold(destination);
                var scope = new NativeScope()) {
            return client.adopt(new Event(client, startCopy(use, scope, destination), destination));
        }
    }

    private Use hold(HostMemory destination) {
        try {
            return use();
        } catch (PjrtException.Closed closed) {
            destination.release();
            throw closed;
        }
    }

    private Pointer startCopy(Use use, NativeScope scope, HostMemory destination) {
        try {
            if (destination.bytes() < shape().bytes()) {
                throw new IllegalArgumentException(
                        shape() + " needs " + shape().bytes() + " bytes, not " + destination.bytes());
            }
            return call(scope.struct(PjrtStructs.BUFFER_TO_HOST_BUFFER)
                            .setPointer("src", use.pointer())
                            .setPointer("host_layout", denseLayout(scope).pointer())
                            .setPointer("dst", destination.address())
                            .setSize("dst_size", destination.bytes()))
                    .getPointer("event");
        } catch (RuntimeException refused) {
            destination.release();
            throw refused;
        }
    }

    /** Outermost dimension first; without it the host would get the device's layout, which on a TPU is a tiled one. */
    private NativeStruct denseLayout(NativeScope scope) {
        var rank = shape().dimensions().size();
        var minorToMajor = LongStream.iterate(rank - 1L, dimension -> dimension - 1)
                .limit(rank)
                .toArray();
        var layout = scope.struct(PjrtStructs.MEMORY_LAYOUT).setInt("type", TILED);
        layout.nested("tiled")
                .setSize("struct_size", PjrtStructs.MEMORY_LAYOUT_TILED.size())
                .setPointer("minor_to_major", scope.longs(minorToMajor))
                .setSize("minor_to_major_size", rank);
        return layout;
    }

    /** Waits for the contents and copies them, little endian. */
    public byte[] toBytes() {
        var values = new byte[length(1)];
        try (var host = toHost()) {
            host.read(0, values);
        }
        return values;
    }

    /** Waits for elements of two bytes and copies them: fp16 and bf16 as their bits, or integers. */
    public short[] toShorts() {
        var values = new short[length(Short.BYTES)];
        try (var host = toHost()) {
            host.read(0, values);
        }
        return values;
    }

    /** Waits for elements of four bytes and copies them. */
    public int[] toInts() {
        var values = new int[length(Integer.BYTES)];
        try (var host = toHost()) {
            host.read(0, values);
        }
        return values;
    }

    /** Waits for elements of eight bytes and copies them. */
    public long[] toLongs() {
        var values = new long[length(Long.BYTES)];
        try (var host = toHost()) {
            host.read(0, values);
        }
        return values;
    }

    /** Waits for fp32 and copies it. */
    public float[] toFloats() {
        if (shape().elementType() != ElementType.F32) {
            throw new IllegalArgumentException("the elements of " + shape() + " are no floats");
        }
        var values = new float[length(Float.BYTES)];
        try (var host = toHost()) {
            host.read(0, values);
        }
        return values;
    }

    private int length(int width) {
        if (width != 1 && shape().elementType().bytes() != width) {
            throw new IllegalArgumentException("the elements of " + shape() + " do not have " + width + " bytes");
        }
        return Math.toIntExact(shape().bytes() / width);
    }

    private HostBuffer toHost() {
        var host = HostBuffer.allocate(shape().bytes());
        try (var copy = copyTo(host, 0)) {
            copy.await();
            return host;
        } catch (RuntimeException failed) {
            host.close();
            throw failed;
        }
    }

    Client client() {
        return client;
    }

    /** Whether an execution consumed it. */
    boolean isDeleted(Use use) {
        try (var scope = new NativeScope()) {
            return ask(use, scope, PjrtStructs.BUFFER_IS_DELETED).getBoolean("is_deleted");
        }
    }

    /** Closes it because its memory went to the outputs of an execution. */
    void donate() {
        donated = true;
        close();
    }

    private NativeStruct ask(Use use, NativeScope scope, StructLayout question) {
        return call(scope.struct(question).setPointer("buffer", use.pointer()));
    }

    @Override
    String closedSentence() {
        return donated ? what() + " was donated to an execution and is gone" : super.closedSentence();
    }

    @Override
    String what() {
        return shape == null ? "the buffer" : "the buffer " + shape;
    }

    @Override
    void destroy(Pointer object) {
        try (var scope = new NativeScope()) {
            call(scope.struct(PjrtStructs.BUFFER_DESTROY).setPointer("buffer", object));
        } finally {
            if (lease != null) {
                lease.endIfDone();
            }
            client.leases().visit();
        }
    }
}
