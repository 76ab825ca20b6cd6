package io.meshtransformer.stablehlo.ir;

import static io.meshtransformer.stablehlo.ir.Domain.ANY;
import static io.meshtransformer.stablehlo.ir.Domain.INTEGER;
import static io.meshtransformer.stablehlo.ir.Domain.LOGICAL;
import static io.meshtransformer.stablehlo.ir.Domain.NUMBER;

import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.stablehlo.type.Literal;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.Optional;

/** Operations that combine two tensors element by element. On {@code i1}, add is or, multiply is and. */
public enum BinaryFunction {
    ADD("add", ANY),
    AND("and", LOGICAL),
    DIVIDE("divide", NUMBER),
    MAXIMUM("maximum", ANY),
    MINIMUM("minimum", ANY),
    MULTIPLY("multiply", ANY),
    OR("or", LOGICAL),
    POWER("power", NUMBER),
    REMAINDER("remainder", NUMBER),
    SHIFT_LEFT("shift_left", INTEGER),
    SHIFT_RIGHT_ARITHMETIC("shift_right_arithmetic", INTEGER),
    SHIFT_RIGHT_LOGICAL("shift_right_logical", INTEGER),
    SUBTRACT("subtract", NUMBER),
    XOR("xor", LOGICAL);

    private final String text;
    private final Domain domain;

    BinaryFunction(String text, Domain domain) {
        this.text = text;
        this.domain = domain;
    }

    /** Element types that it takes. */
    public Domain domain() {
        return domain;
    }

    /** The scalar that changes nothing, from which a reduction starts; empty if there is none. */
    public Optional<Literal> identity(ElementType type) {
        return switch (this) {
            case ADD, OR, XOR -> Optional.of(number(type, 0));
            case MULTIPLY -> Optional.of(number(type, 1));
            case AND -> Optional.of(allOnes(type));
            case MAXIMUM -> Optional.of(lowest(type));
            case MINIMUM -> Optional.of(highest(type));
            case DIVIDE, POWER, REMAINDER, SHIFT_LEFT, SHIFT_RIGHT_ARITHMETIC, SHIFT_RIGHT_LOGICAL, SUBTRACT ->
                Optional.empty();
        };
    }

    private static Literal number(ElementType type, long value) {
        return Literal.splat(TensorType.scalar(type), value);
    }

    private static Literal allOnes(ElementType type) {
        return number(type, type == ElementType.I1 ? 1 : type.isUnsigned() ? -1L >>> 64 - type.bits() : -1);
    }

    private static Literal lowest(ElementType type) {
        if (type.isFloat()) {
            return Literal.splat(TensorType.scalar(type), Double.NEGATIVE_INFINITY);
        }
        return number(type, type == ElementType.I1 || type.isUnsigned() ? 0 : -1L << type.bits() - 1);
    }

    private static Literal highest(ElementType type) {
        if (type.isFloat()) {
            return Literal.splat(TensorType.scalar(type), Double.POSITIVE_INFINITY);
        }
        return type == ElementType.I1 || type.isUnsigned() ? allOnes(type) : number(type, -1L >>> 65 - type.bits());
    }

    @Override
    public String toString() {
        return text;
    }
}
