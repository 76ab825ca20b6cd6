package io.meshtransformer.local.convert;

import io.meshtransformer.gptj.safetensors.DataType;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What is to be converted into what.
 *
 * @param source a directory, or {@code RUN@STEP}
 * @param shards of a checkpoint of mesh-transformer-jax
 * @param type of the weights; by default that of the source
 * @param config of a checkpoint of mesh-transformer-jax that has none beside it
 * @param adapter a LoRA adapter to be merged
 */
record Request(
        String source,
        Path target,
        Layout layout,
        int shards,
        Optional<DataType> type,
        Optional<Path> config,
        Optional<Path> adapter) {}
