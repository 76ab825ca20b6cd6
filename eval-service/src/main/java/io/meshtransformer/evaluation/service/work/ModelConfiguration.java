package io.meshtransformer.evaluation.service.work;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;

/** The model that is served from the start on. */
@ConfigMapping(prefix = "mtj.model")
public interface ModelConfiguration {
    /** With {@code config.json}, and {@code tokenizer.json} or {@code vocab.json} and {@code merges.txt}. */
    Path directory();

    /** What requests call it; the directory's name where empty. */
    Optional<String> name();

    default String servedName() {
        return name().orElseGet(() ->
                directory().toAbsolutePath().normalize().getFileName().toString());
    }
}
