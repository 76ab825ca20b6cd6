package io.meshtransformer.vector;

import io.meshtransformer.gptj.engine.Chunk;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows of a step: one for each id of each chunk, in order.
 *
 * @param rows number of rows
 * @param logitRows rows whose logits are wanted, ascending
 */
record StepRows(List<Part> parts, int rows, int[] logitRows) {
    /**
     * The rows of a chunk.
     *
     * @param sequence whose cache they go to
     * @param firstRow row of the first id
     * @param firstPosition position of the first id in its sequence
     * @param firstLogit the first id whose logits are wanted, of {@code ids}
     * @param firstLogitRow which of the step's logit rows it is
     */
    record Part(Sequence sequence, int[] ids, int firstRow, int firstPosition, int firstLogit, int firstLogitRow) {
        int rows() {
            return ids.length;
        }

        /** Position of the last id. */
        int lastPosition() {
            return firstPosition + ids.length - 1;
        }

        /** What attends to the sequence so far: every row of the part. */
        Queries queries() {
            return new Queries(this, firstRow, firstPosition, ids.length);
        }

        /** The rows whose logits are wanted, where these alone are left of the step. */
        Queries logitQueries() {
            return new Queries(this, firstLogitRow, firstPosition + firstLogit, ids.length - firstLogit);
        }
    }

    /** Consecutive rows of one part that attend. */
    record Queries(Part part, int firstRow, int firstPosition, int rows) {}

    /** Whether logits are wanted of some rows and not of others. */
    boolean narrows() {
        return logitRows.length < rows;
    }

    static StepRows of(List<Chunk> chunks, KvCache cache) {
        var parts = new ArrayList<Part>(chunks.size());
        var logitRows = new int[chunks.stream().mapToInt(Chunk::logitRows).sum()];
        var rows = 0;
        var logits = 0;
        for (var chunk : chunks) {
            var sequence = cache.sequence(chunk.slot());
            parts.add(new Part(sequence, chunk.ids(), rows, sequence.length(), chunk.firstLogit(), logits));
            for (var i = chunk.firstLogit(); i < chunk.ids().length; i++) {
                logitRows[logits++] = rows + i;
            }
            rows += chunk.ids().length;
        }
        return new StepRows(List.copyOf(parts), rows, logitRows);
    }
}
