package io.meshtransformer.pjrt;

import com.sun.jna.Pointer;
import io.meshtransformer.pjrt.c.NativeScope;
import io.meshtransformer.pjrt.c.NativeStruct;
import io.meshtransformer.pjrt.c.PjrtStructs;
import java.util.function.Consumer;

/** Brings arrays from the host to a client's devices. */
final class Transfers {
    private final Client client;
    private final HostLease.Ledger leases = new HostLease.Ledger();

    Transfers(Client client) {
        this.client = client;
    }

    HostLease.Ledger leases() {
        return leases;
    }

    /**
     * Copies an array of the heap into memory of its own and gives that away: on CPUs it becomes the buffer itself, so
     * there is one copy and no second.
     */
    Buffer upload(Shape shape, long count, int width, Consumer<HostBuffer> values, Device device) {
        if (shape.elementType().bytes() % width != 0 || count != shape.bytes() / width) {
            throw new IllegalArgumentException(count + " values of " + width + " bytes are not an array " + shape);
        }
        try (var host = HostBuffer.allocate(shape.bytes())) {
            values.accept(host);
            return client.upload(shape, host, 0, HostBufferSemantics.MUTABLE_ZERO_COPY, device);
        }
    }

    /** Takes over the memory, whatever comes of the transfer: first it is ours, then the plugin's until the lease ends. */
    Buffer upload(Shape shape, HostMemory memory, HostBufferSemantics semantics, Device device) {
        try (var use = holdClient(memory);
                var scope = new NativeScope()) {
            leases.visit();
            var arguments = start(scope, use.pointer(), shape, memory, semantics, device);
            var lease = new HostLease(client.api(), memory, arguments.getPointer("done_with_host_buffer"));
            if (!lease.endIfDone()) {
                leases.add(lease);
            }
            return client.adopt(new Buffer(client, arguments.getPointer("buffer"), device, shape, lease));
        }
    }

    private NativeHandle.Use holdClient(HostMemory memory) {
        try {
            return client.use();
        } catch (PjrtException.Closed closed) {
            memory.release();
            throw closed;
        }
    }

    private NativeStruct start(
            NativeScope scope,
            Pointer pointer,
            Shape shape,
            HostMemory memory,
            HostBufferSemantics semantics,
            Device device) {
        try {
            requireFit(shape, memory, device);
            var dimensions = shape.dimensionArray();
            return client.call(scope.struct(PjrtStructs.CLIENT_BUFFER_FROM_HOST_BUFFER)
                    .setPointer("client", pointer)
                    .setPointer("data", memory.address())
                    .setInt("type", shape.elementType().number())
                    .setPointer("dims", scope.longs(dimensions))
                    .setSize("num_dims", dimensions.length)
                    .setInt("host_buffer_semantics", semantics.number())
                    .setPointer("device", device.pointer()));
        } catch (RuntimeException refused) {
            memory.release();
            throw refused;
        }
    }

    private void requireFit(Shape shape, HostMemory memory, Device device) {
        if (memory.bytes() != shape.bytes()) {
            throw new IllegalArgumentException(memory.bytes() + " bytes are not an array " + shape);
        }
        if (device.client() != client) {
            throw new IllegalArgumentException(device + " belongs to another client");
        }
    }
}
