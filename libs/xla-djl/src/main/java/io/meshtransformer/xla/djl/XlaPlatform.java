package io.meshtransformer.xla.djl;

import io.meshtransformer.pjrt.Buffer;
import io.meshtransformer.pjrt.Client;
import io.meshtransformer.pjrt.Device;
import java.util.List;
import java.util.Locale;

/** A plugin's client, and the names that DJL has for its devices. */
final class XlaPlatform {
    static final String TPU = "tpu";

    /**
     * DJL knows one CPU, {@code Device.cpu()}, whatever number it is given. It is the first device of the CPU plugin;
     * the others are {@code Device.of("vcpu", 1)} and so on.
     */
    static final String VIRTUAL_CPU = "vcpu";

    private final String plugin;
    private final String apiVersion;
    private final Client client;
    private final String type;
    private final List<Device> devices;

    XlaPlatform(String plugin, String apiVersion, Client client) {
        this.plugin = plugin;
        this.apiVersion = apiVersion;
        this.client = client;
        this.type = type(client.platformName());
        this.devices = client.addressableDevices();
    }

    private static String type(String platform) {
        return switch (platform.toLowerCase(Locale.ROOT)) {
            case "cpu", "host" -> ai.djl.Device.Type.CPU;
            case "cuda", "gpu", "rocm" -> ai.djl.Device.Type.GPU;
            default -> platform.toLowerCase(Locale.ROOT);
        };
    }

    Client client() {
        return client;
    }

    /** DJL's word for this kind of device: "cpu", "gpu", "tpu". */
    String type() {
        return type;
    }

    String apiVersion() {
        return apiVersion;
    }

    /** All devices of this process, as DJL names them. */
    List<ai.djl.Device> devices() {
        return devices.stream().map(this::nameOf).toList();
    }

    ai.djl.Device nameOf(Device device) {
        var index = devices.indexOf(device);
        if (!type.equals(ai.djl.Device.Type.CPU)) {
            return ai.djl.Device.of(type, index);
        }
        return index == 0 ? ai.djl.Device.cpu() : ai.djl.Device.of(VIRTUAL_CPU, index);
    }

    boolean has(ai.djl.Device device) {
        var index = index(device);
        return index >= 0 && index < devices.size();
    }

    /** @throws IllegalArgumentException if there is no such device; names those that there are */
    Device device(ai.djl.Device name) {
        if (!has(name)) {
            throw new IllegalArgumentException(
                    "there is no device " + name + "; the plugin " + plugin + " has " + devices());
        }
        return devices.get(index(name));
    }

    private int index(ai.djl.Device device) {
        var deviceType = device.getDeviceType();
        if (type.equals(ai.djl.Device.Type.CPU) && deviceType.equals(type)) {
            return 0;
        }
        var virtual = type.equals(ai.djl.Device.Type.CPU) && deviceType.equals(VIRTUAL_CPU);
        return virtual || deviceType.equals(type) ? device.getDeviceId() : -1;
    }

    /** Copies an array to a device of this platform. */
    Buffer upload(HostArray array, Device device) {
        return client.upload(array.shape(), array.bytes(), device);
    }

    /** Whether a buffer can go from one device to another without the host. */
    boolean owns(Buffer buffer) {
        return devices.contains(buffer.device());
    }
}
