package io.meshtransformer.xla;

import io.meshtransformer.gptj.engine.EngineCapacityException;
import java.util.Arrays;

/**
 * Which slots hold sequences, and how long these are. Slots are numbered through the replicas: those of the first, then
 * those of the second.
 */
final class Slots {
    private static final int FREE = -1;

    private final int perReplica;
    private final int[] lengths;

    Slots(int replicas, int perReplica) {
        this.perReplica = perReplica;
        lengths = new int[Math.multiplyExact(replicas, perReplica)];
        Arrays.fill(lengths, FREE);
    }

    int count() {
        return lengths.length;
    }

    int replica(int slot) {
        return slot / perReplica;
    }

    /** A slot's number in its replica. */
    int local(int slot) {
        return slot % perReplica;
    }

    int free() {
        return (int) Arrays.stream(lengths).filter(length -> length == FREE).count();
    }

    /**
     * An empty sequence, in the replica that has most slots free.
     *
     * @throws EngineCapacityException if there is no free slot
     */
    int open() {
        var best = 0;
        for (var replica = 1; replica < lengths.length / perReplica; replica++) {
            if (free(replica) > free(best)) {
                best = replica;
            }
        }
        return open(best);
    }

    /** An empty sequence in the same replica as another, or if that is full in any. */
    int openBeside(int slot) {
        return free(replica(slot)) > 0 ? open(replica(slot)) : open();
    }

    private int open(int replica) {
        for (var slot = replica * perReplica; slot < (replica + 1) * perReplica; slot++) {
            if (lengths[slot] == FREE) {
                lengths[slot] = 0;
                return slot;
            }
        }
        throw new EngineCapacityException("all " + lengths.length + " slots are taken");
    }

    private long free(int replica) {
        return Arrays.stream(lengths, replica * perReplica, (replica + 1) * perReplica)
                .filter(length -> length == FREE)
                .count();
    }

    /** @throws IllegalArgumentException if the slot holds no sequence */
    int length(int slot) {
        if (slot < 0 || slot >= lengths.length || lengths[slot] == FREE) {
            throw new IllegalArgumentException(
                    "slot " + slot + " holds no sequence; there are slots 0 to " + (lengths.length - 1));
        }
        return lengths[slot];
    }

    /** @throws IllegalArgumentException unless the length is within the slot's */
    void requireWithin(int slot, int length) {
        if (length < 0 || length > length(slot)) {
            throw new IllegalArgumentException(
                    "length " + length + " is not within the " + length(slot) + " tokens of slot " + slot);
        }
    }

    void setLength(int slot, int length) {
        lengths[slot] = length;
    }

    /** Ends a sequence. */
    void close(int slot) {
        length(slot);
        lengths[slot] = FREE;
    }
}
