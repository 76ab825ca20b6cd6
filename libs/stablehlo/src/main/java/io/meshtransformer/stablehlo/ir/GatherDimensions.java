package io.meshtransformer.stablehlo.ir;

import java.util.List;

/** The specification's dimension numbers of {@code gather}. */
public record GatherDimensions(
        List<Integer> offset,
        List<Integer> collapsedSlice,
        List<Integer> operandBatching,
        List<Integer> startIndicesBatching,
        List<Integer> startIndexMap,
        int indexVector) {
    public GatherDimensions {
        offset = List.copyOf(offset);
        collapsedSlice = List.copyOf(collapsedSlice);
        operandBatching = List.copyOf(operandBatching);
        startIndicesBatching = List.copyOf(startIndicesBatching);
        startIndexMap = List.copyOf(startIndexMap);
    }
}
