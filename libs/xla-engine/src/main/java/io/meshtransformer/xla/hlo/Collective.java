package io.meshtransformer.xla.hlo;

/**
 * Exchanges of one kind between devices in one run of a program.
 *
 * @param kind by HLO's name: "all-reduce"
 * @param count how often one device takes part
 * @param bytes of the tensors on one device: what is reduced, what is gathered, what is sent; of each the larger of
 *     operands and results
 */
public record Collective(String kind, long count, long bytes) {
    Collective times(long turns) {
        return new Collective(kind, count * turns, bytes * turns);
    }

    Collective plus(Collective other) {
        return new Collective(kind, count + other.count, bytes + other.bytes);
    }
}
