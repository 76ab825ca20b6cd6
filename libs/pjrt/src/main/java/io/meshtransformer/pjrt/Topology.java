package io.meshtransformer.pjrt;

import com.sun.jna.Pointer;
import io.meshtransformer.pjrt.c.NativeScope;
import io.meshtransformer.pjrt.c.NativeStruct;
import io.meshtransformer.pjrt.c.PjrtStructs;
import io.meshtransformer.pjrt.c.StructLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Devices and how they are connected, to compile for; the devices need not be there. Closing it closes the executables
 * compiled for it. Safe for use by several threads.
 */
public final class Topology extends NativeHandle {
    private final boolean owned;

    private Topology(PjrtApi api, Pointer pointer, NativeHandle parent, boolean owned) {
        // Once its parent knows of it, another thread that closes the parent may destroy it.
        this.owned = owned;
        super(api, pointer, parent);
    }

    static Topology owned(PjrtApi api, Pointer pointer) {
        return new Topology(api, pointer, null, true);
    }

    /** The topology of a client's devices, which the plugin frees with the client. */
    static Topology ofClient(Client client, Pointer pointer) {
        return new Topology(client.api(), pointer, client, false);
    }

    public String platformName() {
        try (var use = use();
                var scope = new NativeScope()) {
            return ask(use, scope, PjrtStructs.TOPOLOGY_DESCRIPTION_PLATFORM_NAME)
                    .getText("platform_name", "platform_name_size");
        }
    }

    public String platformVersion() {
        try (var use = use();
                var scope = new NativeScope()) {
            return ask(use, scope, PjrtStructs.TOPOLOGY_DESCRIPTION_PLATFORM_VERSION)
                    .getText("platform_version", "platform_version_size");
        }
    }

    public List<DeviceDescription> devices() {
        try (var use = use();
                var scope = new NativeScope()) {
            var descriptions = ask(use, scope, PjrtStructs.TOPOLOGY_DESCRIPTION_GET_DEVICE_DESCRIPTIONS)
                    .getPointers("descriptions", "num_descriptions");
            return Arrays.stream(descriptions)
                    .map(description -> DeviceDescription.read(api(), description))
                    .toList();
        }
    }

    public Map<String, NamedValue> attributes() {
        try (var use = use();
                var scope = new NativeScope()) {
            var answer = ask(use, scope, PjrtStructs.TOPOLOGY_DESCRIPTION_ATTRIBUTES);
            return NamedValues.read(answer.getPointer("attributes"), answer.getCount("num_attributes"));
        }
    }

    /**
     * Compiles for these devices.
     *
     * @throws PjrtException.XlaError with {@link ErrorCode#RESOURCE_EXHAUSTED} and both numbers if the program does not
     *     fit their memory
     */
    public Executable compile(Program program, CompileOptions options) {
        try (var use = use();
                var scope = new NativeScope()) {
            var arguments = scope.struct(PjrtStructs.COMPILE).setPointer("topology", use.pointer());
            call(Compilation.fill(scope, arguments, program, options));
            return adopt(new Executable(api(), arguments.getPointer("executable"), this));
        }
    }

    private NativeStruct ask(Use use, NativeScope scope, StructLayout question) {
        return call(scope.struct(question).setPointer("topology", use.pointer()));
    }

    @Override
    String what() {
        return "the topology";
    }

    @Override
    void destroy(Pointer object) {
        if (owned) {
            try (var scope = new NativeScope()) {
                call(scope.struct(PjrtStructs.TOPOLOGY_DESCRIPTION_DESTROY).setPointer("topology", object));
            }
        }
    }
}
