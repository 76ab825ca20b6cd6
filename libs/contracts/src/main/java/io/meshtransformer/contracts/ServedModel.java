package io.meshtransformer.contracts;

/**
 * What answers requests for a model: the same {@link #identity()} gives the same scores.
 *
 * @param model as requests name it
 * @param identity SHA-256 (hexadecimal) of {@code modelHash}, {@code engine} and {@code dtype}
 * @param modelHash SHA-256 (hexadecimal) of the configuration and of all weights, wherever they lie
 * @param engine what computes, with its mesh, such as {@code vector} or {@code xla cpu dp=1 mp=8}
 * @param dtype of the weights as they are computed with
 * @param version of the software
 * @param contextLength most tokens it reads
 * @param vocabularySize number of logits
 */
public record ServedModel(
        String model,
        String identity,
        String modelHash,
        String engine,
        String dtype,
        String version,
        int contextLength,
        int vocabularySize) {
    public ServedModel {
        Required.field(model, "model");
        Required.field(identity, "identity");
        Required.field(modelHash, "modelHash");
        Required.field(engine, "engine");
        Required.field(dtype, "dtype");
        Required.field(version, "version");
    }
}
