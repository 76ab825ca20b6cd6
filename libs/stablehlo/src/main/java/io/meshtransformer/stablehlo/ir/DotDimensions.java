package io.meshtransformer.stablehlo.ir;

import java.util.List;

/**
 * Which dimensions of two tensors go together in a {@code dot_general}; those that are not named are kept.
 *
 * @param leftBatching kept once for both, in front of the result
 * @param leftContracting multiplied and summed
 */
public record DotDimensions(
        List<Integer> leftBatching,
        List<Integer> rightBatching,
        List<Integer> leftContracting,
        List<Integer> rightContracting) {
    public DotDimensions {
        leftBatching = List.copyOf(leftBatching);
        rightBatching = List.copyOf(rightBatching);
        leftContracting = List.copyOf(leftContracting);
        rightContracting = List.copyOf(rightContracting);
    }

    /** One dimension of each is contracted: of {@code [m, k]} and {@code [k, n]} it is 1 and 0. */
    public static DotDimensions contracting(int left, int right) {
        return new DotDimensions(List.of(), List.of(), List.of(left), List.of(right));
    }

    /** The same with these dimensions as the batch, in this order. */
    public DotDimensions batching(List<Integer> left, List<Integer> right) {
        return new DotDimensions(left, right, leftContracting, rightContracting);
    }
}
