package io.meshtransformer.pjrt;

import io.meshtransformer.pjrt.c.NativeScope;
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

    /** Takes over the memory, whatever comes of the transfer. */
    Buffer upload(Shape shape, HostMemory memory, HostBufferSemantics semantics, Device device) {
        try {
            requireFit(shape, memory, device);
            leases.visit();
            return transfer(shape, memory, semantics, device);
        } catch (RuntimeException error) {
            memory.release();
            throw error;
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

    private Buffer transfer(Shape shape, HostMemory memory, HostBufferSemantics semantics, Device device) {
        try (var use = client.use();
                var scope = new NativeScope()) {
            var dimensions = shape.dimensionArray();
            var arguments = scope.struct(PjrtStructs.CLIENT_BUFFER_FROM_HOST_BUFFER)
                    .setPointer("client", use.pointer())
                    .setPointer("data", memory.address())
                    .setInt("type", shape.elementType().number())
                    .setPointer("dims", scope.longs(dimensions))
                    .setSize("num_dims", dimensions.length)
                    .setInt("host_buffer_semantics", semantics.number())
                    .setPointer("device", device.pointer());
            client.call(arguments);
            var lease = new HostLease(client.api(), memory, arguments.getPointer("done_with_host_buffer"));
            leases.add(lease);
            return client.adopt(new Buffer(client, arguments.getPointer("buffer"), device, shape, lease));
        }
    }
}
