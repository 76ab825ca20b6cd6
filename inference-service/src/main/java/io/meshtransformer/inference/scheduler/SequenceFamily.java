package io.meshtransformer.inference.scheduler;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.gptj.engine.InferenceEngine;
import java.util.HashMap;
import java.util.Map;

/**
 * The sequences of one request: a prefix that is read once, and branches that go on from it. The first branch continues
 * in the prefix' own slot, the others in forks that share its full KV blocks. Reserves the worst case of each before it
 * begins:
 *
 * <pre>
 * prefix and first branch   1 slot, ceil((prefix + longest branch) / block) KV blocks
 * each further branch       1 slot, ceil((prefix + branch) / block) - floor(prefix / block) KV blocks
 * </pre>
 */
public final class SequenceFamily implements AutoCloseable {

    private static final int NONE = -1;

    private final InferenceEngine engine;
    private final Capacity.Share share;
    private final int prefixTokens;
    private final int sharedBlocks;
    private final int firstBranchBlocks;
    /** Slots of forks, with the KV blocks reserved for each. */
    private final Map<Integer, Integer> forks = new HashMap<>();

    private int parent = NONE;
    private boolean parentBusy;
    private boolean sharedReserved;
    private int heldForks;
    private int heldForkBlocks;

    /** @param longestBranch tokens that the longest branch appends to the prefix */
    public SequenceFamily(InferenceEngine engine, Capacity.Share share, int prefixTokens, int longestBranch) {
        this.engine = requireNonNull(engine, "engine is null");
        this.share = requireNonNull(share, "share is null");
        this.prefixTokens = prefixTokens;
        sharedBlocks = share.capacity().fullBlocks(prefixTokens);
        firstBranchBlocks = blocks(longestBranch);
    }

    /** Opens the sequence of the prefix; false where a slot or the memory is not free. */
    public boolean open() {
        if (!share.reserve(1, sharedBlocks + firstBranchBlocks)) {
            return false;
        }
        sharedReserved = true;
        parent = engine.open();
        return true;
    }

    /** The slot of the prefix. */
    public int prefixSlot() {
        return parent;
    }

    /** Slots in use, the prefix' own among them. */
    public int slots() {
        return forks.size() + (parent == NONE ? 0 : 1);
    }

    /**
     * Reserves for exactly that many branches beyond those in progress, or for as many of them as there is room.
     *
     * @param tokens that each of them appends
     * @return false where there is room for fewer
     */
    public boolean hold(int branches, int tokens) {
        var wanted = parent == NONE || parentBusy ? branches : Math.max(0, branches - 1);
        var blocks = blocks(tokens);
        releaseHeld(blocks == heldForkBlocks ? wanted : 0);
        heldForkBlocks = blocks;
        while (heldForks < wanted && share.reserve(1, blocks)) {
            heldForks++;
        }
        return heldForks == wanted;
    }

    /**
     * Begins a branch. The prefix must have been read to its end, but by the first branch, which may read it itself.
     *
     * @return a slot that holds the prefix alone, or what is read of it; -1 where there is no room now
     */
    public int branch(int tokens) {
        if (parent != NONE && !parentBusy) {
            parentBusy = true;
            if (engine.length(parent) > prefixTokens) {
                engine.truncate(parent, prefixTokens);
            }
            return parent;
        }
        var blocks = blocks(tokens);
        if (heldForks > 0 && heldForkBlocks == blocks) {
            heldForks--;
        } else if (!share.reserve(1, blocks)) {
            return NONE;
        }
        var slot = engine.fork(parent, prefixTokens);
        forks.put(slot, blocks);
        return slot;
    }

    /** @param moreToCome whether {@link #branch} will be called again; if not, what nobody needs is freed */
    public void end(int slot, boolean moreToCome) {
        if (slot != parent) {
            var blocks = requireNonNull(forks.remove(slot), "slot is no branch");
            engine.free(slot);
            share.release(1, blocks);
        } else {
            parentBusy = false;
        }
        if (!moreToCome && !parentBusy) {
            freeParent();
        }
    }

    @Override
    public void close() {
        releaseHeld(0);
        for (var fork : Map.copyOf(forks).entrySet()) {
            forks.remove(fork.getKey());
            engine.free(fork.getKey());
            share.release(1, fork.getValue());
        }
        freeParent();
        if (sharedReserved) {
            sharedReserved = false;
            share.release(0, sharedBlocks);
        }
    }

    private void releaseHeld(int kept) {
        while (heldForks > kept) {
            heldForks--;
            share.release(1, heldForkBlocks);
        }
    }

    private void freeParent() {
        if (parent != NONE) {
            var slot = parent;
            parent = NONE;
            engine.free(slot);
            share.release(1, firstBranchBlocks);
        }
    }

    /** KV blocks of a branch beyond those it shares. */
    private int blocks(int tokens) {
        return share.capacity().blocksFor(prefixTokens + tokens) - sharedBlocks;
    }
}
