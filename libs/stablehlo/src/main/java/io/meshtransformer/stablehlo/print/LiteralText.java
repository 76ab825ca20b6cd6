package io.meshtransformer.stablehlo.print;

import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.stablehlo.type.Literal;

/** Constants as MLIR writes them, so that reading gives the same bits. */
final class LiteralText {
    /** From here on elements are written as one string of their bytes: shorter, and faster to read. */
    private static final int LISTED = 64;

    private LiteralText() {}

    /** What stands between {@code dense<} and {@code >}. */
    static String of(Literal literal) {
        if (literal.type().shape().elements() == 0) {
            return "";
        }
        if (literal.isSplat()) {
            return element(literal, 0);
        }
        if (literal.size() > LISTED && literal.type().elementType() != ElementType.I1) {
            return bytes(literal);
        }
        var text = new StringBuilder();
        list(text, literal, 0, 0);
        return text.toString();
    }

    private static int list(StringBuilder text, Literal literal, int dimension, int next) {
        if (dimension == literal.type().rank()) {
            text.append(element(literal, next));
            return next + 1;
        }
        text.append('[');
        var at = next;
        for (var i = 0L; i < literal.type().dimension(dimension); i++) {
            text.append(i == 0 ? "" : ", ");
            at = list(text, literal, dimension + 1, at);
        }
        text.append(']');
        return at;
    }

    private static String element(Literal literal, int index) {
        var bits = literal.bits(index);
        return switch (literal.type().elementType()) {
            case I1 -> bits == 1 ? "true" : "false";
            case I8, I32, I64 -> Long.toString(bits);
            case UI8, UI32, UI64 -> Long.toUnsignedString(bits);
            case BF16, F16, F32, F64 -> number(literal, index);
        };
    }

    private static String number(Literal literal, int index) {
        var value = literal.value(index);
        var type = literal.type().elementType();
        if (!Double.isFinite(value)) {
            return String.format("0x%0" + type.bytes() * 2 + "X", literal.bits(index));
        }
        if (type == ElementType.F64) {
            return Double.toString(value);
        }
        // A parser reads a decimal as fp64 and rounds that; where this would miss, the longer form does not.
        var decimal = Float.toString((float) value);
        return (float) Double.parseDouble(decimal) == (float) value ? decimal : Double.toString(value);
    }

    private static String bytes(Literal literal) {
        var width = literal.type().elementType().bytes();
        var text = new StringBuilder(literal.size() * width * 2 + 4).append("\"0x");
        for (var i = 0; i < literal.size(); i++) {
            for (var shift = 0; shift < width * 8; shift += 8) {
                var octet = (int) (literal.bits(i) >>> shift) & 0xff;
                text.append(Character.forDigit(octet >> 4, 16)).append(Character.forDigit(octet & 15, 16));
            }
        }
        return text.append('"').toString();
    }
}
