package io.meshtransformer.pjrt;

import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What plugins read from the environment when they are loaded. Without a TPU libtpu would ask a metadata server that
 * isn't there, so on such machines the answers are given here: enough to compile for a topology. Variables that are set
 * stay as they are. Java cannot set a variable of its own process; libc can.
 */
final class PluginEnvironment {
    private static final String LIBTPU = "libtpu.so";

    /** XLA tells on stderr what is news to its makers: from here on errors alone, 0 would be everything. */
    private static final Map<String, String> ALWAYS = Map.of("TF_CPP_MIN_LOG_LEVEL", "2");

    private static final Map<String, String> WITHOUT_TPU = Map.of(
            "TPU_SKIP_MDS_QUERY", "1",
            // Any will do: the topology that is compiled for is named later.
            "TPU_ACCELERATOR_TYPE", "v4-8",
            "TPU_WORKER_HOSTNAMES", "localhost",
            // A TPU belongs to one process, so libtpu lets one load it at a time; compiling may be done by many.
            "ALLOW_MULTIPLE_LIBTPU_LOAD", "1");

    private PluginEnvironment() {}

    /** To be called before a plugin is opened. */
    static void prepare(Path plugin) {
        set(ALWAYS);
        if (plugin.endsWith(LIBTPU) && !hasTpu()) {
            set(WITHOUT_TPU);
        }
    }

    private static void set(Map<String, String> variables) {
        var setenv = NativeLibrary.getProcess().getFunction("setenv");
        var keepOldValue = 0;
        variables.forEach((name, value) -> setenv.invokeInt(new Object[] {name, value, keepOldValue}));
    }

    /** TPUs are {@code /dev/accel0} and so on, newer ones {@code /dev/vfio/0}; the latter may be other devices too. */
    private static boolean hasTpu() {
        return List.of(Path.of("/dev"), Path.of("/dev/vfio")).stream().anyMatch(PluginEnvironment::hasDeviceIn);
    }

    private static boolean hasDeviceIn(Path directory) {
        try (var files = Files.newDirectoryStream(directory, directory.endsWith("vfio") ? "[0-9]*" : "accel[0-9]*")) {
            return files.iterator().hasNext();
        } catch (IOException absent) {
            return false;
        }
    }
}
