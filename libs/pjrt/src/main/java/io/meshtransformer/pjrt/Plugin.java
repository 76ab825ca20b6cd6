package io.meshtransformer.pjrt;

import com.sun.jna.Library;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import io.meshtransformer.pjrt.PjrtException.UnusablePlugin;
import io.meshtransformer.pjrt.c.NativeScope;
import io.meshtransformer.pjrt.c.PjrtStructs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A platform's shared library, loaded into this process for as long as it lives: XLA for CPUs, TPUs or GPUs. All its
 * methods can be called by any number of threads.
 */
public final class Plugin {
    private static final Map<Path, Plugin> LOADED = new HashMap<>();

    /** {@code RTLD_NOW} without {@code RTLD_GLOBAL}: two plugins bring their own copies of the same symbols. */
    private static final int BIND_NOW_KEEP_LOCAL = 2;

    private final Path path;
    private final PjrtApi api;

    /** Held because JNA unloads a library that nobody refers to, under the feet of whoever has its functions. */
    private final NativeLibrary library;

    private Plugin(Path path, NativeLibrary library) {
        this.path = path;
        this.library = library;
        this.api = new PjrtApi(path, functionTable(path, library));
        try (var scope = new NativeScope()) {
            api.call(scope.struct(PjrtStructs.PLUGIN_INITIALIZE));
        }
    }

    /**
     * Loads and initialises a plugin; one that was loaded before is returned again.
     *
     * @throws UnusablePlugin if the file is not there, is no plugin, or is of a version that this library cannot use
     */
    public static Plugin load(Path file) {
        var path = realPath(file);
        synchronized (LOADED) {
            var loaded = LOADED.get(path);
            if (loaded == null) {
                PluginEnvironment.prepare(path);
                loaded = new Plugin(path, open(path));
                LOADED.put(path, loaded);
            }
            return loaded;
        }
    }

    private static Path realPath(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException absent) {
            throw new UnusablePlugin("there is no plugin at " + file, absent);
        }
    }

    private static NativeLibrary open(Path path) {
        try {
            return NativeLibrary.getInstance(path.toString(), Map.of(Library.OPTION_OPEN_FLAGS, BIND_NOW_KEEP_LOCAL));
        } catch (UnsatisfiedLinkError error) {
            throw new UnusablePlugin(path + " cannot be loaded: " + error.getMessage(), error);
        }
    }

    private static Pointer functionTable(Path path, NativeLibrary library) {
        try {
            return library.getFunction("GetPjrtApi").invokePointer(new Object[0]);
        } catch (UnsatisfiedLinkError error) {
            throw new UnusablePlugin(path + " is no PJRT plugin: it has no GetPjrtApi", error);
        }
    }

    public Path path() {
        return path;
    }

    /** The plugin's version of the C interface: "0.115". */
    public String apiVersion() {
        return api.majorVersion() + "." + api.minorVersion();
    }

    /** Versions of XLA and StableHLO, and whatever else the plugin tells about itself. */
    public Map<String, NamedValue> attributes() {
        try (var scope = new NativeScope()) {
            var arguments = scope.struct(PjrtStructs.PLUGIN_ATTRIBUTES);
            api.call(arguments);
            return NamedValues.read(arguments.getPointer("attributes"), arguments.getCount("num_attributes"));
        }
    }

    /**
     * Takes the platform's devices into use. The CPU plugin's {@code cpu_device_count} makes that many virtual devices.
     */
    public Client createClient(NamedValue... options) {
        try (var scope = new NativeScope()) {
            var arguments = scope.struct(PjrtStructs.CLIENT_CREATE)
                    .setPointer("create_options", NamedValues.write(scope, List.of(options)))
                    .setSize("num_options", options.length);
            api.call(arguments);
            return Client.open(api, arguments.getPointer("client"));
        }
    }

    /**
     * Describes devices that need not be there, to compile for them.
     *
     * @param name the platform's name for them; for TPUs kind and shape, as in "v3:8x16"
     */
    public Topology topology(String name, NamedValue... options) {
        try (var scope = new NativeScope()) {
            var text = scope.text(name);
            var arguments = scope.struct(PjrtStructs.TOPOLOGY_DESCRIPTION_CREATE)
                    .setPointer("topology_name", text)
                    .setSize("topology_name_size", text.size() - 1)
                    .setPointer("create_options", NamedValues.write(scope, List.of(options)))
                    .setSize("num_options", options.length);
            api.call(arguments);
            return Topology.owned(api, arguments.getPointer("topology"));
        }
    }

    @Override
    public String toString() {
        return path + " (PJRT " + apiVersion() + ")";
    }
}
