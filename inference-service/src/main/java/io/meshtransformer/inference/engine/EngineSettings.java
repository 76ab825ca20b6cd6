package io.meshtransformer.inference.engine;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.gptj.Checkpoint;
import io.meshtransformer.gptj.WeightFormat;
import io.meshtransformer.gptj.engine.EngineLimits;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What an engine is asked to hold; the engine has a default for what is empty.
 *
 * @param dtype of the weights in memory
 * @param slots most sequences at once
 * @param kvTokens tokens for which KV memory is set aside
 * @param threads that compute
 * @param prefillTokens most prompt tokens that the scheduler puts in a step
 * @param devices of an engine that compiles for them
 */
public record EngineSettings(
        Optional<String> dtype,
        OptionalInt slots,
        OptionalInt kvTokens,
        OptionalInt threads,
        int prefillTokens,
        DeviceSettings devices) {

    public EngineSettings {
        requireNonNull(dtype, "dtype is null");
        requireNonNull(devices, "devices is null");
    }

    /** A quarter of what another engine has, for a model beside that one's. */
    public EngineSettings beside(EngineLimits other, int contextLength) {
        return new EngineSettings(
                dtype,
                OptionalInt.of(Math.max(1, other.slots() / 4)),
                OptionalInt.of(Math.max(contextLength, other.kvTokens() / 4)),
                threads,
                prefillTokens,
                devices);
    }

    /**
     * In what the weights are held: as asked for, else as suits the model.
     *
     * @throws IllegalArgumentException if there is no format of that name
     */
    WeightFormat format(Checkpoint checkpoint) {
        return dtype.map(WeightFormat::of).orElseGet(checkpoint::suitableFormat);
    }
}
