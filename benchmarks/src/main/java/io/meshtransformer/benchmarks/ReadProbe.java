package io.meshtransformer.benchmarks;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Reads memory and does next to nothing with it: what any kernel that reads each weight once can reach at most. */
final class ReadProbe {
    private static final VectorSpecies<Integer> SPECIES = IntVector.SPECIES_PREFERRED;

    private ReadProbe() {}

    /** @param values as many as a multiple of 64 */
    static long read(int[] values) {
        var length = SPECIES.length();
        var a = IntVector.zero(SPECIES);
        var b = IntVector.zero(SPECIES);
        var c = IntVector.zero(SPECIES);
        var d = IntVector.zero(SPECIES);
        for (var i = 0; i < values.length; i += 4 * length) {
            a = a.add(IntVector.fromArray(SPECIES, values, i));
            b = b.add(IntVector.fromArray(SPECIES, values, i + length));
            c = c.add(IntVector.fromArray(SPECIES, values, i + 2 * length));
            d = d.add(IntVector.fromArray(SPECIES, values, i + 3 * length));
        }
        return a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
    }
}
