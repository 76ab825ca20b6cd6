package io.meshtransformer.pjrt;

import com.sun.jna.Pointer;
import io.meshtransformer.pjrt.c.NativeScope;
import io.meshtransformer.pjrt.c.NativeStruct;
import io.meshtransformer.pjrt.c.PjrtStructs;
import io.meshtransformer.pjrt.c.StructLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A device of a client. It lives and ends with the client and is not closed by itself. */
public final class Device {
    private final Client client;
    private final Pointer pointer;
    private final DeviceDescription description;
    private final boolean addressable;

    private Device(Client client, Pointer pointer, DeviceDescription description, boolean addressable) {
        this.client = client;
        this.pointer = pointer;
        this.description = description;
        this.addressable = addressable;
    }

    /** Reads a device; the caller holds the client. */
    static Device read(Client client, Pointer device) {
        try (var scope = new NativeScope()) {
            var description =
                    client.call(scope.struct(PjrtStructs.DEVICE_GET_DESCRIPTION).setPointer("device", device));
            var addressable =
                    client.call(scope.struct(PjrtStructs.DEVICE_IS_ADDRESSABLE).setPointer("device", device));
            return new Device(
                    client,
                    device,
                    DeviceDescription.read(client.api(), description.getPointer("device_description")),
                    addressable.getBoolean("is_addressable"));
        }
    }

    public int id() {
        return description.id();
    }

    public DeviceDescription description() {
        return description;
    }

    /** Whether this process can use it; the others belong to other processes of the same client. */
    public boolean isAddressable() {
        return addressable;
    }

    /** The number of the hardware on this host, -1 if it has none. */
    public int localHardwareId() {
        try (var _ = client.use();
                var scope = new NativeScope()) {
            return ask(scope, PjrtStructs.DEVICE_LOCAL_HARDWARE_ID).getInt("local_hardware_id");
        }
    }

    /** The memories that the device can address. */
    public List<MemorySpace> memories() {
        try (var _ = client.use();
                var scope = new NativeScope()) {
            var memories = ask(scope, PjrtStructs.DEVICE_ADDRESSABLE_MEMORIES).getPointers("memories", "num_memories");
            return Arrays.stream(memories)
                    .map(memory -> MemorySpace.read(client.api(), memory))
                    .toList();
        }
    }

    /** The memory that buffers are in unless something else is asked for. */
    public MemorySpace defaultMemory() {
        try (var _ = client.use();
                var scope = new NativeScope()) {
            return MemorySpace.read(
                    client.api(), ask(scope, PjrtStructs.DEVICE_DEFAULT_MEMORY).getPointer("memory"));
        }
    }

    /** What the device's allocator counts; empty where the platform does not count. */
    public Optional<MemoryStatistics> memoryStatistics() {
        try (var _ = client.use();
                var scope = new NativeScope()) {
            var arguments = scope.struct(PjrtStructs.DEVICE_MEMORY_STATS).setPointer("device", pointer);
            return client.api().callIfImplemented(arguments)
                    ? Optional.of(MemoryStatistics.read(arguments))
                    : Optional.empty();
        }
    }

    Client client() {
        return client;
    }

    Pointer pointer() {
        return pointer;
    }

    private NativeStruct ask(NativeScope scope, StructLayout question) {
        return client.call(scope.struct(question).setPointer("device", pointer));
    }

    @Override
    public String toString() {
        return description.text();
    }
}
