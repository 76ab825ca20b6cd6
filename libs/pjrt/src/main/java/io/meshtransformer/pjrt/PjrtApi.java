package io.meshtransformer.pjrt;

import com.sun.jna.Function;
import com.sun.jna.Pointer;
import io.meshtransformer.pjrt.PjrtException.UnusablePlugin;
import io.meshtransformer.pjrt.PjrtException.XlaError;
import io.meshtransformer.pjrt.c.NativeScope;
import io.meshtransformer.pjrt.c.NativeStruct;
import io.meshtransformer.pjrt.c.PjrtStructs;
import io.meshtransformer.pjrt.c.StructLayout;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A plugin's table of functions. Each takes one struct; an error it returns becomes an exception and is freed. */
final class PjrtApi {
    private static final String ARGUMENTS = "_Args";

    private final NativeStruct table;
    private final Map<StructLayout, Function> functions = new ConcurrentHashMap<>();

    PjrtApi(Path plugin, Pointer table) {
        this.table = new NativeStruct(PjrtStructs.API, table);
        requireVersion(plugin, majorVersion(), minorVersion());
    }

    int majorVersion() {
        return table.nested("pjrt_api_version").getInt("major_version");
    }

    int minorVersion() {
        return table.nested("pjrt_api_version").getInt("minor_version");
    }

    /** Calls the function that takes such a struct. */
    void call(NativeStruct arguments) {
        var function = functions.computeIfAbsent(arguments.layout(), this::function);
        var error = function.invokePointer(new Object[] {arguments.pointer()});
        if (error != null) {
            throw exception(error);
        }
    }

    /** Calls a function that a platform may lack; false if it does. */
    boolean callIfImplemented(NativeStruct arguments) {
        try {
            call(arguments);
            return true;
        } catch (XlaError error) {
            if (error.code() == ErrorCode.UNIMPLEMENTED) {
                return false;
            }
            throw error;
        }
    }

    private XlaError exception(Pointer error) {
        try (var scope = new NativeScope()) {
            var code = scope.struct(PjrtStructs.ERROR_GET_CODE).setPointer("error", error);
            call(code);
            var text = scope.struct(PjrtStructs.ERROR_MESSAGE).setPointer("error", error);
            callVoid(text);
            return new XlaError(ErrorCode.of(code.getInt("code")), text.getText("message", "message_size"));
        } finally {
            try (var scope = new NativeScope()) {
                callVoid(scope.struct(PjrtStructs.ERROR_DESTROY).setPointer("error", error));
            }
        }
    }

    private void callVoid(NativeStruct arguments) {
        functions.computeIfAbsent(arguments.layout(), this::function).invokeVoid(new Object[] {arguments.pointer()});
    }

    private Function function(StructLayout arguments) {
        var name = arguments.name().substring(0, arguments.name().length() - ARGUMENTS.length());
        var pointer = table.getPointer(name);
        if (pointer == null) {
            throw new XlaError(ErrorCode.UNIMPLEMENTED, "the plugin has no " + name);
        }
        return Function.getFunction(pointer);
    }

    /**
     * Another major version has other structs, an older minor one lacks fields that this library reads. A newer minor
     * version only appends.
     */
    static void requireVersion(Path plugin, int major, int minor) {
        if (major != PjrtStructs.MAJOR_VERSION || minor < PjrtStructs.MINOR_VERSION) {
            throw new UnusablePlugin(
                    plugin + " speaks version " + major + "." + minor + " of the PJRT C interface; this library needs "
                            + PjrtStructs.MAJOR_VERSION + "." + PjrtStructs.MINOR_VERSION + " or a later "
                            + PjrtStructs.MAJOR_VERSION + ".x",
                    null);
        }
    }
}
