package io.meshtransformer.inference.engine;

import java.util.List;
import java.util.stream.Collectors;

/** Every kind of engine there is. */
public final class EngineFactories {

    private static final List<EngineFactory> ALL = List.of(new VectorEngineFactory(), new XlaEngineFactory());

    private EngineFactories() {}

    /** @throws IllegalArgumentException if there is no engine of that name */
    public static EngineFactory named(String name) {
        return ALL.stream()
                .filter(factory -> factory.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("mtj.engine is '" + name + "', it must be one of "
                        + ALL.stream().map(EngineFactory::name).collect(Collectors.joining(", "))));
    }
}
