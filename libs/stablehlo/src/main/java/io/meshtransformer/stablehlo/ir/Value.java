package io.meshtransformer.stablehlo.ir;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.stablehlo.type.Shape;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.Optional;

/** A tensor inside a program: an argument of a block or a result of an operation. Two values are equal if they are one. */
public final class Value {
    private final TensorType type;
    private final Operation definedBy;

    private Value(TensorType type, Operation definedBy) {
        this.type = requireNonNull(type, "type is null");
        this.definedBy = definedBy;
    }

    /** An argument of a block. */
    public static Value argument(TensorType type) {
        return new Value(type, null);
    }

    static Value result(TensorType type, Operation operation) {
        return new Value(type, operation);
    }

    public TensorType type() {
        return type;
    }

    public ElementType elementType() {
        return type.elementType();
    }

    public Shape shape() {
        return type.shape();
    }

    public int rank() {
        return type.rank();
    }

    public long dimension(int index) {
        return type.dimension(index);
    }

    /** What it was made by; empty for an argument of a block. */
    public Optional<Operation> definedBy() {
        return Optional.ofNullable(definedBy);
    }

    @Override
    public String toString() {
        return (definedBy == null ? "argument" : definedBy.name()) + " : " + type;
    }
}
