package io.meshtransformer.xla.djl;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineProvider;

/** How DJL finds the engine. Neither this nor the engine itself touches a plugin before something is computed. */
public final class XlaEngineProvider implements EngineProvider {
    private static final XlaEngine ENGINE = new XlaEngine(XlaSettings.fromEnvironment());

    @Override
    public String getEngineName() {
        return XlaEngine.NAME;
    }

    @Override
    public int getEngineRank() {
        return XlaEngine.RANK;
    }

    @Override
    public Engine getEngine() {
        return ENGINE;
    }
}
