package io.meshtransformer.gptj.torch;

import io.meshtransformer.gptj.safetensors.DataType;
import io.meshtransformer.gptj.safetensors.Shape;
import java.util.List;
import java.util.SequencedMap;

/** What can come out of a pickle here: data, and tensors as places in files. Nothing is an object of a named class. */
sealed interface PickleValue {
    record Text(String text) implements PickleValue {}

    record Whole(long number) implements PickleValue {}

    record Truth(boolean value) implements PickleValue {}

    record None() implements PickleValue {}

    record Tuple(List<PickleValue> values) implements PickleValue {}

    /** Filled after it is made, as Python's are; so is {@link Dictionary}. */
    record Sequence(List<PickleValue> values) implements PickleValue {}

    record Dictionary(SequencedMap<PickleValue, PickleValue> entries) implements PickleValue {}

    /** A function or class by name, one of {@link Unpickler#GLOBALS}; it can be called, but only as this package does. */
    record Global(String name) implements PickleValue {}

    /**
     * Elements in a file of their own.
     *
     * @param key its name
     * @param elements how many there are
     */
    record Storage(DataType type, String key, long elements) implements PickleValue {}

    /**
     * A view of a storage.
     *
     * @param offset first element
     * @param strides elements from one index to the next, a dimension each
     */
    record Tensor(Storage storage, long offset, Shape shape, List<Long> strides) implements PickleValue {}
}
