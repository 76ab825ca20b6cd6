package io.meshtransformer.stablehlo.ir;

import java.util.List;

/** The specification's dimension numbers of {@code scatter}. */
public record ScatterDimensions(
        List<Integer> updateWindow,
        List<Integer> insertedWindow,
        List<Integer> inputBatching,
        List<Integer> scatterIndicesBatching,
        List<Integer> scatterToOperand,
        int indexVector) {
    public ScatterDimensions {
        updateWindow = List.copyOf(updateWindow);
        insertedWindow = List.copyOf(insertedWindow);
        inputBatching = List.copyOf(inputBatching);
        scatterIndicesBatching = List.copyOf(scatterIndicesBatching);
        scatterToOperand = List.copyOf(scatterToOperand);
    }
}
