package io.meshtransformer.xla.runtime;

import io.meshtransformer.pjrt.Client;
import io.meshtransformer.pjrt.Device;
import io.meshtransformer.pjrt.NamedValue;
import io.meshtransformer.pjrt.Plugin;
import io.meshtransformer.pjrt.plugin.PluginPackage;
import io.meshtransformer.pjrt.plugin.PluginStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The devices that an engine computes on, and the plugin that drives them. Closing it closes all that came of them.
 *
 * @param devices as many as were asked for, in the platform's order
 */
public record Devices(Plugin plugin, Client client, List<Device> devices) implements AutoCloseable {
    private static final String CPU = "cpu";

    /** A platform's option for how many devices one processor shall be. */
    private static final String CPU_DEVICES = "cpu_device_count";

    /**
     * The CPU plugin has a thread for each device, and a thread waits in a collective until all devices are there. A
     * device may begin several that do not depend on each other, so with a thread for each all of them can be waiting
     * while one device has none left to come with. Devices that nobody uses bring threads and cost nothing else.
     */
    private static final int THREADS_PER_DEVICE = 8;

    public Devices {
        devices = List.copyOf(devices);
    }

    /**
     * Takes a platform's first devices into use; the CPU's are as many as asked for.
     *
     * @throws IllegalArgumentException if the platform has fewer
     * @throws io.meshtransformer.pjrt.PjrtException if the platform cannot be used
     */
    public static Devices open(Plugin plugin, int count) {
        var client = plugin.createClient();
        if (client.platformName().equals(CPU)) {
            client.close();
            client = plugin.createClient(NamedValue.of(CPU_DEVICES, count == 1 ? 1 : count * THREADS_PER_DEVICE));
        }
        var devices = client.addressableDevices();
        if (devices.size() < count) {
            var platform = client.platformName();
            client.close();
            throw new IllegalArgumentException(
                    "dp x mp is " + count + " devices, the platform " + platform + " has " + devices.size() + " here");
        }
        return new Devices(plugin, client, devices.subList(0, count));
    }

    /**
     * Loads a plugin by its name in the store of this user, or by the path of its library.
     *
     * @throws io.meshtransformer.pjrt.plugin.PluginStoreException if it is not installed, with the command that does it
     * @throws IllegalArgumentException if the name is none and no file either
     */
    public static Plugin plugin(String nameOrPath) {
        return Plugin.load(library(nameOrPath));
    }

    /** Where a plugin's library is; see {@link #plugin}. */
    public static Path library(String nameOrPath) {
        var known = PluginPackage.named(nameOrPath);
        if (known.isPresent()) {
            return PluginStore.ofUser().require(known.get());
        }
        var path = Path.of(nameOrPath);
        if (!Files.isRegularFile(path)) {
            throw new IllegalArgumentException("the plugin is '" + nameOrPath + "', it must be "
                    + PluginPackage.KNOWN.stream().map(PluginPackage::name).collect(Collectors.joining(", "))
                    + " or the path of a plugin's library");
        }
        return path;
    }

    public boolean isCpu() {
        return client.platformName().equals(CPU);
    }

    @Override
    public void close() {
        client.close();
    }

    /** For people: {@code 8 x cpu}. */
    @Override
    public String toString() {
        return devices.size() + " x " + devices.getFirst().description().kind();
    }
}
