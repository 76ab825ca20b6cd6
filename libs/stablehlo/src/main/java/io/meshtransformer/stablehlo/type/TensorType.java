package io.meshtransformer.stablehlo.type;

import static java.util.Objects.requireNonNull;

/** What a value of a program is: so many elements of one type. All sizes are known when the program is built. */
public record TensorType(ElementType elementType, Shape shape) {
    public TensorType {
        requireNonNull(elementType, "elementType is null");
        requireNonNull(shape, "shape is null");
    }

    public static TensorType of(ElementType elementType, long... dimensions) {
        return new TensorType(elementType, Shape.of(dimensions));
    }

    public static TensorType scalar(ElementType elementType) {
        return new TensorType(elementType, Shape.SCALAR);
    }

    public int rank() {
        return shape.rank();
    }

    public long dimension(int index) {
        return shape.dimension(index);
    }

    public boolean isScalar() {
        return rank() == 0;
    }

    /** The same sizes with another element type. */
    public TensorType with(ElementType other) {
        return new TensorType(other, shape);
    }

    /** The same element type with other sizes. */
    public TensorType with(Shape other) {
        return new TensorType(elementType, other);
    }

    /** Bytes of a dense buffer that holds it. */
    public long bytes() {
        return shape.elements() * elementType.bytes();
    }

    /** As MLIR writes it: {@code tensor<4x3xf32>}. */
    @Override
    public String toString() {
        var text = new StringBuilder("tensor<");
        shape.dimensions().forEach(size -> text.append(size).append('x'));
        return text.append(elementType).append('>').toString();
    }
}
