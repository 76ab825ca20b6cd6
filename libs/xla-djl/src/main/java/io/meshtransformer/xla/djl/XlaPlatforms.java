package io.meshtransformer.xla.djl;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import io.meshtransformer.pjrt.NamedValue;
import io.meshtransformer.pjrt.PjrtException;
import io.meshtransformer.pjrt.Plugin;
import io.meshtransformer.pjrt.plugin.PluginPackage;
import io.meshtransformer.pjrt.plugin.PluginStoreException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The platforms in use, each opened when it is first asked for and kept as long as the process lives. */
final class XlaPlatforms {
    private final XlaSettings settings;
    private final Map<String, XlaPlatform> open = new HashMap<>();

    XlaPlatforms(XlaSettings settings) {
        this.settings = settings;
    }

    /** The platform that is used where no device is named. */
    XlaPlatform byDefault() {
        return open(settings.plugin());
    }

    /**
     * The platform of a device, by its type: "cpu" and "vcpu", "gpu", "tpu", or the name that a plugin of another kind has
     * for its platform.
     */
    XlaPlatform of(Device device) {
        if (settings.pluginIsPath() && byDefault().has(device)) {
            return byDefault();
        }
        return switch (device.getDeviceType()) {
            case Device.Type.CPU, XlaPlatform.VIRTUAL_CPU -> open("cpu");
            case Device.Type.GPU -> open("cuda");
            case XlaPlatform.TPU -> open("tpu");
            default -> byDefault();
        };
    }

    private synchronized XlaPlatform open(String plugin) {
        var platform = open.get(plugin);
        if (platform == null) {
            platform = connect(plugin);
            open.put(plugin, platform);
        }
        return platform;
    }

    private XlaPlatform connect(String plugin) {
        try {
            var loaded = Plugin.load(library(plugin));
            var options = plugin.equals(PluginPackage.CPU.name())
                    ? new NamedValue[] {NamedValue.of("cpu_device_count", settings.cpuDevices())}
                    : new NamedValue[0];
            return new XlaPlatform(plugin, loaded.apiVersion(), loaded.createClient(options));
        } catch (PluginStoreException missing) {
            throw new EngineException(missing.getMessage(), missing);
        } catch (PjrtException refused) {
            throw new EngineException("the plugin " + plugin + " gives no devices: " + refused.getMessage(), refused);
        }
    }

    private Path library(String plugin) {
        return PluginPackage.named(plugin).map(settings.store()::require).orElseGet(() -> {
            if (!settings.pluginIsPath()) {
                throw new IllegalArgumentException("there is no plugin \"" + plugin + "\" (" + XlaSettings.PLUGIN
                        + "): "
                        + PluginPackage.KNOWN.stream().map(PluginPackage::name).toList()
                        + ", or a library's path with a /");
            }
            return Path.of(plugin);
        });
    }
}
