package io.meshtransformer.pjrt;

import com.sun.jna.Pointer;
import io.meshtransformer.pjrt.c.NativeScope;
import io.meshtransformer.pjrt.c.NativeStruct;
import io.meshtransformer.pjrt.c.PjrtStructs;
import io.meshtransformer.pjrt.c.StructLayout;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a device is, whether or not it is there.
 *
 * @param id unique among the devices of a platform, over all processes
 * @param processIndex the process whose client can use it
 * @param kind the vendor's name: "TPU v3", "cpu"
 * @param attributes what else the platform tells, {@code coords} and {@code core_on_chip} of a TPU for example
 * @param text a line for people
 */
public record DeviceDescription(
        int id, int processIndex, String kind, Map<String, NamedValue> attributes, String text) {
    /** The place of the device's chip in the mesh, {@code [x, y, z]}, where the platform has one. */
    public Optional<List<Long>> coordinates() {
        return attributes.get("coords") instanceof NamedValue.Int64List coordinates
                ? Optional.of(coordinates.numbers())
                : Optional.empty();
    }

    /** Reads a description; the caller holds its owner. */
    static DeviceDescription read(PjrtApi api, Pointer description) {
        try (var scope = new NativeScope()) {
            var attributes = ask(api, scope, PjrtStructs.DEVICE_DESCRIPTION_ATTRIBUTES, description);
            return new DeviceDescription(
                    ask(api, scope, PjrtStructs.DEVICE_DESCRIPTION_ID, description)
                            .getInt("id"),
                    ask(api, scope, PjrtStructs.DEVICE_DESCRIPTION_PROCESS_INDEX, description)
                            .getInt("process_index"),
                    ask(api, scope, PjrtStructs.DEVICE_DESCRIPTION_KIND, description)
                            .getText("device_kind", "device_kind_size"),
                    NamedValues.read(attributes.getPointer("attributes"), attributes.getCount("num_attributes")),
                    ask(api, scope, PjrtStructs.DEVICE_DESCRIPTION_TO_STRING, description)
                            .getText("to_string", "to_string_size"));
        }
    }

    private static NativeStruct ask(PjrtApi api, NativeScope scope, StructLayout question, Pointer description) {
        var arguments = scope.struct(question).setPointer("device_description", description);
        api.call(arguments);
        return arguments;
    }
}
