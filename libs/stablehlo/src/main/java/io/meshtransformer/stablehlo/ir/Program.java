package io.meshtransformer.stablehlo.ir;

import io.meshtransformer.stablehlo.print.Printer;
import io.meshtransformer.stablehlo.sharding.Mesh;
import java.util.List;
import java.util.Optional;

/**
 * What is compiled as one.
 *
 * @param partitions devices that share the work of one replica; those of the mesh if there is one
 * @param replicas copies of the whole that run together
 * @param functions in an order in which each stands behind those that it calls; the last one is {@code main}
 */
public record Program(String name, Optional<Mesh> mesh, int partitions, int replicas, List<Function> functions) {
    public Program {
        functions = List.copyOf(functions);
    }

    /** The function that runs. */
    public Function main() {
        return functions.getLast();
    }

    /** The program as text that StableHLO's and Shardy's parsers read. */
    public String toMlir() {
        return Printer.print(this);
    }
}
