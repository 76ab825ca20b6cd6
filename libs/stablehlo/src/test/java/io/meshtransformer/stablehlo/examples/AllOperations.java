package io.meshtransformer.stablehlo.examples;

import java.util.List;
import java.util.stream.Stream;

/** Programs that between them use every operation, every element type and every form of control flow. */
public final class AllOperations {
    private AllOperations() {}

    public static List<Example> examples() {
        return Stream.of(
                        ElementwiseExamples.examples(),
                        RearrangementExamples.examples(),
                        ContractionExamples.examples(),
                        ControlFlowExamples.examples(),
                        ScanExamples.examples(),
                        CollectiveExamples.examples())
                .flatMap(List::stream)
                .toList();
    }
}
