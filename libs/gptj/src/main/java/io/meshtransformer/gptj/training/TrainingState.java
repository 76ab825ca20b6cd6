package io.meshtransformer.gptj.training;

import io.meshtransformer.gptj.safetensors.Shape;
import java.io.IOException;
import java.util.SequencedMap;

/**
 * Everything that a training run's next step depends on, but its data: what a checkpoint holds, and what an engine is
 * made from and gives. Weights are whole and go by their logical names, whatever mesh they lie on.
 *
 * <p>Reading may be done from several threads.
 */
public interface TrainingState extends AutoCloseable {
    /** Optimiser steps taken: Adam's count, from which its bias correction follows. */
    long step();

    /** All tensors in a fixed order. A state without moments is a model, with which an optimiser begins afresh. */
    SequencedMap<StateTensor, Shape> tensors();

    /**
     * Reads a range of a tensor's elements.
     *
     * @param offset first element, counted in the flattened tensor
     * @throws IllegalArgumentException if there is no such tensor
     * @throws IndexOutOfBoundsException if the range leaves the tensor or the values
     */
    void read(StateTensor tensor, long offset, float[] values, int from, int count) throws IOException;

    /** Gives back what is held for reading. */
    @Override
    void close() throws IOException;
}
