package io.meshtransformer.xla.djl;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import ai.djl.ndarray.NDManager;
import java.util.List;

/**
 * DJL on XLA: models are StableHLO programs, arrays are buffers of PJRT. It computes nothing but programs; what else is
 * asked of an array goes to another engine, if there is one.
 */
public final class XlaEngine extends Engine {
    public static final String NAME = "XLA";

    /** DJL's default is the engine of the lowest rank; its own have 1 to 15, and one of them is in its API. */
    static final int RANK = 1000;

    /** Engines of DJL that compute with arrays; the others can but run models. */
    private static final List<String> DELEGATES = List.of("PyTorch", "MXNet", "TensorFlow");

    private final XlaSettings settings;
    private final XlaPlatforms platforms;
    private XlaNDManager systemManager;

    XlaEngine(XlaSettings settings) {
        this.settings = settings;
        this.platforms = new XlaPlatforms(settings);
    }

    XlaPlatform platform(Device device) {
        return device == null ? platforms.byDefault() : platforms.of(device);
    }

    /** The engine that does what this one leaves out; null for none. */
    @Override
    public Engine getAlternativeEngine() {
        var engine = delegate();
        return engine == this ? null : engine;
    }

    private Engine delegate() {
        if (settings.delegate().equals(XlaSettings.NOBODY)) {
            return null;
        }
        if (!settings.delegate().isEmpty()) {
            return Engine.getEngine(settings.delegate());
        }
        return DELEGATES.stream()
                .filter(Engine::hasEngine)
                .findFirst()
                .map(Engine::getEngine)
                .orElse(null);
    }

    @Override
    public String getEngineName() {
        return NAME;
    }

    @Override
    public int getRank() {
        return RANK;
    }

    /** The version of the C interface that the plugin speaks. */
    @Override
    public String getVersion() {
        return "PJRT " + platforms.byDefault().apiVersion();
    }

    @Override
    public boolean hasCapability(String capability) {
        return StandardCapabilities.CUDA.equals(capability) && getGpuCount() > 0;
    }

    /** The first device of the plugin. */
    @Override
    public Device defaultDevice() {
        return platforms.byDefault().devices().getFirst();
    }

    /** The plugin's devices of whatever kind, up to so many and at least one. */
    @Override
    public Device[] getDevices(int most) {
        return platforms.byDefault().devices().stream().limit(Math.max(1, most)).toArray(Device[]::new);
    }

    @Override
    public int getGpuCount() {
        var platform = platforms.byDefault();
        return platform.type().equals(Device.Type.GPU) ? platform.devices().size() : 0;
    }

    @Override
    public Model newModel(String name, Device device) {
        return new XlaModel(name, newBaseManager(device));
    }

    @Override
    public NDManager newBaseManager() {
        return newBaseManager(null);
    }

    @Override
    public XlaNDManager newBaseManager(Device device) {
        return systemManager().newSubManager(device == null ? defaultDevice() : device);
    }

    /** Where arrays are that belong to nobody else. */
    synchronized XlaNDManager systemManager() {
        if (systemManager == null) {
            systemManager = XlaNDManager.system(this);
        }
        return systemManager;
    }

    @Override
    public String toString() {
        return NAME + " on " + settings.plugin();
    }
}
