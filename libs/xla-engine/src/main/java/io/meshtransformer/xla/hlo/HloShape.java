package io.meshtransformer.xla.hlo;

import io.meshtransformer.pjrt.proto.ProtoMessage;
import java.util.List;

/** The shape of a value in an optimized program. */
public sealed interface HloShape {
    /** The numbers of {@code PrimitiveType} in xla_data.proto. */
    int TUPLE = 13;

    /** In every memory. */
    long bytes();

    /** In the device's main memory: HBM, not the memories on the chip. */
    long mainMemoryBytes();

    /** The arrays in it, from left to right; one if it is an array itself. */
    List<Array> arrays();

    /**
     * An array.
     *
     * @param elementBits of one element, 0 for tokens
     * @param memorySpace 0 is the device's main memory; others are on the chip, or the host's
     */
    record Array(int elementBits, List<Long> dimensions, int memorySpace) implements HloShape {
        public Array {
            dimensions = List.copyOf(dimensions);
        }

        public long elements() {
            return dimensions.stream().reduce(1L, Math::multiplyExact);
        }

        @Override
        public long bytes() {
            return Math.ceilDiv(Math.multiplyExact(elements(), (long) elementBits), Byte.SIZE);
        }

        @Override
        public long mainMemoryBytes() {
            return memorySpace == 0 ? bytes() : 0;
        }

        @Override
        public List<Array> arrays() {
            return List.of(this);
        }
    }

    /** Several values as one. */
    record Tuple(List<HloShape> elements) implements HloShape {
        public Tuple {
            elements = List.copyOf(elements);
        }

        @Override
        public long bytes() {
            return elements.stream().mapToLong(HloShape::bytes).sum();
        }

        @Override
        public long mainMemoryBytes() {
            return elements.stream().mapToLong(HloShape::mainMemoryBytes).sum();
        }

        @Override
        public List<Array> arrays() {
            return elements.stream()
                    .flatMap(element -> element.arrays().stream())
                    .toList();
        }
    }

    /** Reads a {@code ShapeProto}. */
    static HloShape read(ProtoMessage shape) {
        var type = (int) shape.number(2);
        if (type == TUPLE) {
            return new Tuple(shape.messages(4).stream().map(HloShape::read).toList());
        }
        return new Array(bits(type), shape.numbers(3), (int) shape.message(5).number(8));
    }

    private static int bits(int type) {
        return switch (type) {
            case 14, 17 -> 0; // an opaque value, a token
            case 26, 27 -> 2;
            case 21, 22, 32 -> 4;
            case 1, 2, 6, 19, 20, 23, 24, 25, 28, 29, 33 -> 8;
            case 3, 7, 10, 16 -> 16;
            case 4, 8, 11 -> 32;
            case 5, 9, 12, 15 -> 64;
            case 18 -> 128;
            default -> throw new IllegalArgumentException("the HLO has a value of the unknown primitive type " + type);
        };
    }
}
