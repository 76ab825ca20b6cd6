package io.meshtransformer.inference.scheduler;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.gptj.engine.EngineLimits;

/**
 * Slots and KV blocks that requests have reserved. A request reserves its worst case before it starts, so no step ever
 * lacks memory and nothing is ever preempted.
 */
public final class Capacity {

    private final int slots;
    private final int blocks;
    private final int blockTokens;
    private int reservedSlots;
    private int reservedBlocks;

    public Capacity(EngineLimits limits) {
        requireNonNull(limits, "limits is null");
        // Each sequence that generates takes an id and a logit row of every step.
        slots = Math.min(limits.slots(), Math.min(limits.stepTokens(), limits.stepLogits()));
        blockTokens = limits.kvBlockTokens();
        blocks = limits.kvTokens() / blockTokens;
    }

    public int slots() {
        return slots;
    }

    public int reservedSlots() {
        return reservedSlots;
    }

    public int blocks() {
        return blocks;
    }

    public int reservedBlocks() {
        return reservedBlocks;
    }

    /** KV blocks of a sequence of that many tokens. */
    public int blocksFor(int tokens) {
        return Math.ceilDiv(tokens, blockTokens);
    }

    /** KV blocks that a sequence fills to the brim and so shares with its forks. */
    public int fullBlocks(int tokens) {
        return tokens / blockTokens;
    }

    /** Tokens for which there is KV memory in all. */
    public int tokens() {
        return blocks * blockTokens;
    }

    /** A view for requests that leave some slots to others. */
    public Share leaving(int slotsToOthers) {
        return new Share(this, Math.min(slotsToOthers, slots - 1));
    }

    /** What one class of requests may reserve. */
    public record Share(Capacity capacity, int slotsToOthers) {

        /** Reserves both or nothing. */
        public boolean reserve(int slots, int blocks) {
            return capacity.reserve(slots, blocks, slotsToOthers);
        }

        public void release(int slots, int blocks) {
            capacity.release(slots, blocks);
        }
    }

    private boolean reserve(int wantedSlots, int wantedBlocks, int slotsToOthers) {
        if (reservedSlots + wantedSlots > slots - slotsToOthers || reservedBlocks + wantedBlocks > blocks) {
            return false;
        }
        reservedSlots += wantedSlots;
        reservedBlocks += wantedBlocks;
        return true;
    }

    private void release(int returnedSlots, int returnedBlocks) {
        if (returnedSlots > reservedSlots || returnedBlocks > reservedBlocks) {
            throw new IllegalStateException("returned " + returnedSlots + " slots and " + returnedBlocks
                    + " KV blocks, but only " + reservedSlots + " and " + reservedBlocks + " are reserved");
        }
        reservedSlots -= returnedSlots;
        reservedBlocks -= returnedBlocks;
    }
}
