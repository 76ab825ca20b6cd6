package io.meshtransformer.inference.service;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;

/** The one model that this process serves. */
@ConfigMapping(prefix = "mtj.model")
public interface ModelConfiguration {

    /** With {@code config.json}, weights, and {@code tokenizer.json} or {@code vocab.json} and {@code merges.txt} or none. */
    Path directory();

    /** What requests call it; the directory's name where empty. */
    Optional<String> name();

    default String servedName() {
        return name().orElseGet(() ->
                directory().toAbsolutePath().normalize().getFileName().toString());
    }
}
