package io.meshtransformer.inference.scheduler;

import io.meshtransformer.gptj.engine.Chunk;
import io.meshtransformer.gptj.engine.EngineLimits;
import java.util.ArrayList;
import java.util.List;

/** The work of one step while it is put together, within the engine's limits. */
public final class StepPlan {

    private final List<Entry> entries = new ArrayList<>();
    private Running owner;
    private int tokensLeft;
    private int rowsLeft;

    StepPlan(EngineLimits limits) {
        tokensLeft = limits.stepTokens();
        rowsLeft = limits.stepLogits();
    }

    /** Ids that still have room in this step. */
    public int tokensLeft() {
        return tokensLeft;
    }

    /** Logit rows that still have room in this step. */
    public int rowsLeft() {
        return rowsLeft;
    }

    /** @param reader is given the chunk's logit rows; never called where it has none */
    public void add(Chunk chunk, RowReader reader) {
        if (chunk.ids().length > tokensLeft || chunk.logitRows() > rowsLeft) {
            throw new IllegalStateException("a chunk of " + chunk.ids().length + " ids and " + chunk.logitRows()
                    + " logit rows does not fit a step with room for " + tokensLeft + " and " + rowsLeft);
        }
        entries.add(new Entry(owner, chunk, reader));
        tokensLeft -= chunk.ids().length;
        rowsLeft -= chunk.logitRows();
    }

    /** Whose chunks are added from now on. */
    void owner(Running running) {
        owner = running;
    }

    /** Takes out what a request has planned. */
    void withdraw(Running running) {
        entries.removeIf(entry -> entry.owner == running);
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    List<Entry> entries() {
        return entries;
    }

    List<Chunk> chunks() {
        return entries.stream().map(Entry::chunk).toList();
    }

    record Entry(Running owner, Chunk chunk, RowReader reader) {}
}
