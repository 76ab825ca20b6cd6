package io.meshtransformer.stablehlo.gradient;

import io.meshtransformer.stablehlo.ir.Operation;
import io.meshtransformer.stablehlo.ir.Statement;
import io.meshtransformer.stablehlo.ir.StopGradient;
import io.meshtransformer.stablehlo.ir.Value;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which values change when some change a little: floats that are made of them. */
final class Activity {
    private Activity() {}

    /** The roots, and what statements make of them. */
    static Set<Value> of(List<Statement> statements, Collection<Value> roots) {
        var active = new HashSet<>(roots);
        for (var statement : statements) {
            if (uses(statement.operation(), active)) {
                statement.results().stream()
                        .filter(result -> result.elementType().isFloat())
                        .forEach(active::add);
            }
        }
        return active;
    }

    private static boolean uses(Operation operation, Set<Value> active) {
        return !(operation instanceof StopGradient)
                && (operation.operands().stream().anyMatch(active::contains)
                        || operation.capturing()
                                && operation.regions().stream()
                                        .flatMap(region -> region.captures().stream())
                                        .anyMatch(active::contains));
    }
}
