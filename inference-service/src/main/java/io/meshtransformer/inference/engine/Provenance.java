package io.meshtransformer.inference.engine;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;

/**
 * What a model's answers depend on, besides the requests.
 *
 * @param engine what computes, with its mesh, such as {@code vector} or {@code xla cpu dp=1 mp=8}
 * @param dtype of the weights as they are computed with
 * @param files with configuration and weights
 */
public record Provenance(String engine, String dtype, List<Path> files) {

    public Provenance {
        requireNonNull(engine, "engine is null");
        requireNonNull(dtype, "dtype is null");
        files = List.copyOf(files);
    }
}
