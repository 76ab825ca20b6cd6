package io.meshtransformer.xla.hlo;

import io.meshtransformer.pjrt.proto.ProtoMessage;
import java.util.List;

/**
 * Multiplications and additions of one matrix product: 2 for each pair of elements that meet. On TPUs every product is a
 * convolution in the end, with a batch dimension as a dilated window, so positions of a window outside the input don't
 * count; the rule is that of XLA's HloCostAnalysis.
 */
final class MatrixFlops {
    private MatrixFlops() {}

    /** 0 for an operation that is no matrix product. */
    static long of(HloComputation computation, HloInstruction instruction) {
        return switch (instruction.opcode()) {
            case "dot" -> dot(computation, instruction);
            case "convolution" -> convolution(computation, instruction);
            default -> 0;
        };
    }

    private static long dot(HloComputation computation, HloInstruction dot) {
        var left = array(computation.operand(dot, 0));
        var contracted = dot.message().message(30).numbers(1).stream()
                .map(dimension -> left.dimensions().get(Math.toIntExact(dimension)))
                .reduce(1L, Math::multiplyExact);
        return 2 * array(dot).elements() * contracted;
    }

    private static long convolution(HloComputation computation, HloInstruction convolution) {
        var input = array(computation.operand(convolution, 0)).dimensions();
        var kernel = array(computation.operand(convolution, 1)).dimensions();
        var output = array(convolution).dimensions();
        var numbers = convolution.message().message(16);
        var window = convolution.message().message(15).messages(1);
        var inputSpatial = numbers.numbers(11);
        var outputSpatial = numbers.numbers(12);
        var positions = 1L;
        for (var place = 0; place < window.size(); place++) {
            positions *= positions(
                    window.get(place), size(input, inputSpatial.get(place)), size(output, outputSpatial.get(place)));
        }
        return 2
                * size(kernel, numbers.number(3))
                * size(output, numbers.number(10))
                * size(output, numbers.number(9))
                * positions;
    }

    /** Pairs of a place in the window and a place in the output that meet an element of the input. */
    private static long positions(ProtoMessage window, long input, long output) {
        var stride = Math.max(1, window.number(2));
        var paddingLow = window.number(3);
        var windowDilation = Math.max(1, window.number(5));
        var baseDilation = Math.max(1, window.number(6));
        var end = (input - 1) * baseDilation + 1;
        var met = 0L;
        for (var inWindow = 0L; inWindow < window.number(1); inWindow++) {
            for (var inOutput = 0L; inOutput < output; inOutput++) {
                var place = inOutput * stride - paddingLow + inWindow * windowDilation;
                if (place >= 0 && place < end && place % baseDilation == 0) {
                    met++;
                }
            }
        }
        return met;
    }

    private static HloShape.Array array(HloInstruction instruction) {
        return instruction.shape().arrays().getFirst();
    }

    private static long size(List<Long> dimensions, long dimension) {
        return dimensions.get(Math.toIntExact(dimension));
    }
}
