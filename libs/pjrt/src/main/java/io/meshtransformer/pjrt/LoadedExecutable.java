package io.meshtransformer.pjrt;

import com.sun.jna.Function;
import com.sun.jna.Pointer;
import io.meshtransformer.pjrt.PjrtException.XlaError;
import io.meshtransformer.pjrt.c.NativeScope;
import io.meshtransformer.pjrt.c.NativeStruct;
import io.meshtransformer.pjrt.c.PjrtStructs;
import io.meshtransformer.pjrt.c.StructLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A compiled program on the devices of a client, ready to run. Safe for use by several threads; but where devices talk to
 * each other, all of them must take up runs in the same order. The CPU plugin sees to that within a process. Between hosts
 * it is up to the callers.
 */
public final class LoadedExecutable extends NativeHandle {
    private final Client client;
    private Executable executable;
    private List<Device> devices = List.of();
    private int outputCount;

    /** The arguments that a run consumes, the same in every run: known after the first one. */
    private volatile BitSet donatedArguments;

    private LoadedExecutable(Client client, Pointer pointer) {
        // Once the client knows of it, another thread that closes the client may destroy it.
        this.client = client;
        super(client.api(), pointer, client);
    }

    static LoadedExecutable open(Client client, Pointer pointer) {
        var loaded = client.adopt(new LoadedExecutable(client, pointer));
        try {
            loaded.describe();
            return loaded;
        } catch (RuntimeException error) {
            loaded.close();
            throw error;
        }
    }

    private void describe() {
        try (var use = use();
                var scope = new NativeScope()) {
            var described = call(scope.struct(PjrtStructs.LOADED_EXECUTABLE_GET_EXECUTABLE)
                    .setPointer("loaded_executable", use.pointer()));
            executable = adopt(new Executable(api(), described.getPointer("executable"), this));
            outputCount = executable.outputCount();
            var byPointer = client.devices().stream().collect(Collectors.toMap(Device::pointer, device -> device));
            devices = Arrays.stream(ask(use, scope, PjrtStructs.LOADED_EXECUTABLE_ADDRESSABLE_DEVICES)
                            .getPointers("addressable_devices", "num_addressable_devices"))
                    .map(byPointer::get)
                    .toList();
        }
    }

    /** What the compiler knows about the program; closed with this. */
    public Executable executable() {
        return executable;
    }

    /** The devices of this process that run it, in the order in which arguments are given and results come. */
    public List<Device> devices() {
        return devices;
    }

    /** Which device, of all processes, runs which part. */
    public DeviceAssignment deviceAssignment() {
        try (var use = use();
                var scope = new NativeScope()) {
            var answer = ask(use, scope, PjrtStructs.LOADED_EXECUTABLE_GET_DEVICE_ASSIGNMENT);
            try {
                return DeviceAssignment.read(answer.getBytes("serialized_bytes", "serialized_bytes_size"));
            } finally {
                Function.getFunction(answer.getPointer("serialized_device_assignment_deleter"))
                        .invokeVoid(new Object[] {answer.getPointer("serialized_device_assignment")});
            }
        }
    }

    /** Runs it on one device and waits. */
    public List<Buffer> run(Buffer... arguments) {
        return run(List.of(List.of(arguments))).getFirst();
    }

    /** Runs it on all its devices and waits; arguments {@code [device][argument]}, results {@code [device][output]}. */
    public List<List<Buffer>> run(List<List<Buffer>> arguments) {
        try (var execution = execute(arguments, ExecuteOptions.DEFAULT)) {
            execution.await();
            return execution.results();
        }
    }

    /**
     * Starts a run on all its devices. Arguments that the program takes as donated are closed when this returns, whether
     * or not the run succeeds later.
     *
     * @param arguments {@code [device][argument]}, in the order of {@link #devices}
     * @throws IllegalArgumentException if an argument is of another client or on another device
     * @throws XlaError if the plugin refuses the arguments
     */
    public Execution execute(List<List<Buffer>> arguments, ExecuteOptions options) {
        requireOnDevices(arguments);
        try (var use = use();
                var held = new HeldArguments(arguments);
                var scope = new NativeScope()) {
            var outputs = outputLists(scope);
            var events = scope.allocate(8L * devices.size());
            try {
                call(scope.struct(PjrtStructs.LOADED_EXECUTABLE_EXECUTE)
                        .setPointer("executable", use.pointer())
                        .setPointer("options", options(scope, options).pointer())
                        .setPointer("argument_lists", held.lists(scope))
                        .setSize("num_devices", devices.size())
                        .setSize("num_args", arguments.getFirst().size())
                        .setPointer("output_lists", scope.pointers(outputs))
                        .setPointer("device_complete_events", events));
            } catch (XlaError refused) {
                held.donateDeleted();
                throw refused;
            }
            closeDonated(held, options);
            return adopt(outputs, events.getPointerArray(0, devices.size()));
        }
    }

    private void requireOnDevices(List<List<Buffer>> arguments) {
        if (arguments.size() != devices.size()) {
            throw new IllegalArgumentException(
                    "arguments for " + arguments.size() + " devices; the program runs on " + devices.size());
        }
        var count = arguments.getFirst().size();
        for (var index = 0; index < devices.size(); index++) {
            var device = devices.get(index);
            if (arguments.get(index).size() != count) {
                throw new IllegalArgumentException(
                        arguments.get(index).size() + " arguments for " + device + ", " + count + " for the first");
            }
            for (var buffer : arguments.get(index)) {
                if (buffer.device() != device) {
                    throw new IllegalArgumentException(
                            "an argument for " + device + " is on " + buffer.device() + " of its client");
                }
            }
        }
    }

    private Pointer[] outputLists(NativeScope scope) {
        var lists = new Pointer[devices.size()];
        Arrays.setAll(lists, _ -> scope.allocate(8L * outputCount));
        return lists;
    }

    private static NativeStruct options(NativeScope scope, ExecuteOptions options) {
        var kept = options.kept().stream().mapToLong(Integer::longValue).toArray();
        return scope.struct(PjrtStructs.EXECUTE_OPTIONS)
                .setInt("launch_id", options.launchId())
                .setPointer("non_donatable_input_indices", scope.longs(kept))
                .setSize("num_non_donatable_input_indices", kept.length);
    }

    /** Asking every buffer whether it still is would cost as much as the run, so the answers of one run serve all. */
    private void closeDonated(HeldArguments held, ExecuteOptions options) {
        if (!options.kept().isEmpty()) {
            held.donateDeleted();
            return;
        }
        if (donatedArguments == null) {
            donatedArguments = held.deletedOnFirstDevice();
        }
        held.donate(donatedArguments);
    }

    /** All handles are made before any is handed out, so that a client closed meanwhile frees them all. */
    private Execution adopt(Pointer[] outputLists, Pointer[] events) {
        var results = new ArrayList<List<Buffer>>();
        var completions = new ArrayList<Event>();
        for (var index = 0; index < devices.size(); index++) {
            var device = devices.get(index);
            results.add(Arrays.stream(outputLists[index].getPointerArray(0, outputCount))
                    .map(output -> new Buffer(client, output, device, null, null))
                    .toList());
            completions.add(new Event(client, events[index]));
        }
        if (client.isClosed()) {
            results.forEach(list -> list.forEach(Buffer::close));
            completions.forEach(Event::close);
        }
        return new Execution(results, completions);
    }

    private NativeStruct ask(Use use, NativeScope scope, StructLayout question) {
        return call(scope.struct(question).setPointer("executable", use.pointer()));
    }

    @Override
    String what() {
        return "the loaded executable";
    }

    @Override
    void destroy(Pointer object) {
        try (var scope = new NativeScope()) {
            call(scope.struct(PjrtStructs.LOADED_EXECUTABLE_DESTROY).setPointer("executable", object));
        }
    }
}
