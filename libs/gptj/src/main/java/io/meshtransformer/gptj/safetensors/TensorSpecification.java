package io.meshtransformer.gptj.safetensors;

import static java.util.Objects.requireNonNull;

/**
 * A tensor that is to be written.
 *
 * @param type F32, F16 or BF16
 */
public record TensorSpecification(DataType type, Shape shape) {
    public TensorSpecification {
        requireNonNull(shape, "shape is null");
        if (!type.isReadable()) {
            throw new IllegalArgumentException("a tensor is " + type + ", only F32, F16 and BF16 are written");
        }
    }

    public long bytes() {
        return Math.multiplyExact(shape.elements(), type.bytes());
    }
}
