package io.meshtransformer.stablehlo.ir;

import java.util.List;

/** One operation in a block, and the values that it defines there. */
public record Statement(Operation operation, List<Value> results) {
    public Statement {
        results = List.copyOf(results);
    }

    /** Infers the results. */
    public static Statement of(Operation operation) {
        return new Statement(
                operation,
                operation.resultTypes().stream()
                        .map(type -> Value.result(type, operation))
                        .toList());
    }
}
