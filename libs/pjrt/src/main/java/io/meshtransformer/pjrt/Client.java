package io.meshtransformer.pjrt;

import com.sun.jna.Pointer;
import io.meshtransformer.pjrt.c.NativeScope;
import io.meshtransformer.pjrt.c.NativeStruct;
import io.meshtransformer.pjrt.c.PjrtStructs;
import io.meshtransformer.pjrt.c.StructLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A platform's devices in use by this process: it compiles programs for them and brings data to them. Safe for use by
 * several threads. Closing it closes every buffer, event and executable that came from it.
 */
public final class Client extends NativeHandle {
    private final Transfers transfers = new Transfers(this);
    private List<Device> devices = List.of();

    private Client(PjrtApi api, Pointer pointer) {
        super(api, pointer, null);
    }

    static Client open(PjrtApi api, Pointer pointer) {
        var client = new Client(api, pointer);
        try {
            client.devices = client.readDevices();
            return client;
        } catch (RuntimeException error) {
            client.close();
            throw error;
        }
    }

    private List<Device> readDevices() {
        try (var use = use();
                var scope = new NativeScope()) {
            var pointers = ask(use, scope, PjrtStructs.CLIENT_DEVICES).getPointers("devices", "num_devices");
            return Arrays.stream(pointers)
                    .map(device -> Device.read(this, device))
                    .toList();
        }
    }

    /** "cpu", "tpu", "cuda". */
    public String platformName() {
        try (var use = use();
                var scope = new NativeScope()) {
            return ask(use, scope, PjrtStructs.CLIENT_PLATFORM_NAME).getText("platform_name", "platform_name_size");
        }
    }

    public String platformVersion() {
        try (var use = use();
                var scope = new NativeScope()) {
            return ask(use, scope, PjrtStructs.CLIENT_PLATFORM_VERSION)
                    .getText("platform_version", "platform_version_size");
        }
    }

    /** This process among those that share the devices; 0 if it is alone. */
    public int processIndex() {
        try (var use = use();
                var scope = new NativeScope()) {
            return ask(use, scope, PjrtStructs.CLIENT_PROCESS_INDEX).getInt("process_index");
        }
    }

    /** All devices, those of other processes too. */
    public List<Device> devices() {
        return devices;
    }

    /** The devices that this process can use. */
    public List<Device> addressableDevices() {
        return devices.stream().filter(Device::isAddressable).toList();
    }

    /** The memories that this process can transfer to and from. */
    public List<MemorySpace> memories() {
        try (var use = use();
                var scope = new NativeScope()) {
            var memories = ask(use, scope, PjrtStructs.CLIENT_ADDRESSABLE_MEMORIES)
                    .getPointers("addressable_memories", "num_addressable_memories");
            return Arrays.stream(memories)
                    .map(memory -> MemorySpace.read(api(), memory))
                    .toList();
        }
    }

    /** The devices and how they are connected. */
    public Topology topology() {
        try (var use = use();
                var scope = new NativeScope()) {
            var topology =
                    ask(use, scope, PjrtStructs.CLIENT_TOPOLOGY_DESCRIPTION).getPointer("topology");
            return adopt(Topology.ofClient(this, topology));
        }
    }

    /** The devices that the platform itself would choose. */
    public DeviceAssignment defaultDeviceAssignment(int replicas, int partitions) {
        try (var use = use();
                var scope = new NativeScope()) {
            var count = Math.multiplyExact(replicas, partitions);
            var ids = scope.allocate(4L * count);
            call(scope.struct(PjrtStructs.CLIENT_DEFAULT_DEVICE_ASSIGNMENT)
                    .setPointer("client", use.pointer())
                    .setInt("num_replicas", replicas)
                    .setInt("num_partitions", partitions)
                    .setSize("default_assignment_size", count)
                    .setPointer("default_assignment", ids));
            var assignment = new ArrayList<List<Integer>>();
            for (var replica = 0; replica < replicas; replica++) {
                var row = ids.getIntArray(4L * replica * partitions, partitions);
                assignment.add(Arrays.stream(row).boxed().toList());
            }
            return new DeviceAssignment(assignment);
        }
    }

    /** Compiles a program and loads it onto the devices. */
    public LoadedExecutable compile(Program program, CompileOptions options) {
        try (var use = use();
                var scope = new NativeScope()) {
            var arguments = scope.struct(PjrtStructs.CLIENT_COMPILE).setPointer("client", use.pointer());
            call(Compilation.fill(scope, arguments, program, options));
            return LoadedExecutable.open(this, arguments.getPointer("executable"));
        }
    }

    /**
     * Loads what {@link Executable#serialize} gave.
     *
     * @throws PjrtException.XlaError if it is from another platform or version of the plugin
     */
    public LoadedExecutable load(byte[] serialized) {
        try (var use = use();
                var scope = new NativeScope()) {
            var arguments = scope.struct(PjrtStructs.EXECUTABLE_DESERIALIZE_AND_LOAD)
                    .setPointer("client", use.pointer())
                    .setPointer("serialized_executable", scope.bytes(serialized))
                    .setSize("serialized_executable_size", serialized.length);
            call(arguments);
            return LoadedExecutable.open(this, arguments.getPointer("loaded_executable"));
        }
    }

    /** Copies bytes to a device: any element type, little endian. */
    public Buffer upload(Shape shape, byte[] values, Device device) {
        return transfers.upload(shape, values.length, 1, host -> host.write(0, values), device);
    }

    /** Copies elements of two bytes to a device: fp16 and bf16 as their bits, or integers. */
    public Buffer upload(Shape shape, short[] values, Device device) {
        return transfers.upload(shape, values.length, Short.BYTES, host -> host.write(0, values), device);
    }

    /** Copies elements of four bytes to a device. */
    public Buffer upload(Shape shape, int[] values, Device device) {
        return transfers.upload(shape, values.length, Integer.BYTES, host -> host.write(0, values), device);
    }

    /** Copies elements of eight bytes to a device. */
    public Buffer upload(Shape shape, long[] values, Device device) {
        return transfers.upload(shape, values.length, Long.BYTES, host -> host.write(0, values), device);
    }

    /** Copies fp32 to a device. */
    public Buffer upload(Shape shape, float[] values, Device device) {
        if (shape.elementType() != ElementType.F32) {
            throw new IllegalArgumentException("floats are not elements of " + shape);
        }
        return transfers.upload(shape, values.length, Float.BYTES, host -> host.write(0, values), device);
    }

    /**
     * Brings a densely packed array to a device from a host buffer, which stays allocated as long as the device needs
     * it, also if it is closed before.
     *
     * @param offset where the array begins in the host buffer, in bytes
     */
    public Buffer upload(Shape shape, HostBuffer source, long offset, HostBufferSemantics semantics, Device device) {
        return transfers.upload(shape, HostMemory.of(source, offset, shape.bytes()), semantics, device);
    }

    /**
     * Brings a densely packed array to a device from the remaining bytes of a direct buffer, a mapped file for example.
     * The buffer is kept from the garbage collector as long as the device needs it; whoever unmaps it by other means must
     * wait for {@link Buffer#close}.
     *
     * @throws java.nio.ReadOnlyBufferException if the device may write to it and nobody else may
     */
    public Buffer upload(Shape shape, ByteBuffer source, HostBufferSemantics semantics, Device device) {
        var memory = semantics == HostBufferSemantics.MUTABLE_ZERO_COPY
                ? HostMemory.ofWritable(source)
                : HostMemory.of(source);
        return transfers.upload(shape, memory, semantics, device);
    }

    HostLease.Ledger leases() {
        return transfers.leases();
    }

    private NativeStruct ask(Use use, NativeScope scope, StructLayout question) {
        return call(scope.struct(question).setPointer("client", use.pointer()));
    }

    @Override
    String what() {
        return "the client";
    }

    @Override
    void destroy(Pointer object) {
        try {
            leases().awaitAll();
        } finally {
            try (var scope = new NativeScope()) {
                call(scope.struct(PjrtStructs.CLIENT_DESTROY).setPointer("client", object));
            }
        }
    }
}
