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
     */
    record Part(Sequence sequence, int[] ids, int firstRow, int firstPosition) {
        int rows() {
            return ids.length;
        }
    }

    static StepRows of(List<Chunk> chunks, KvCache cache) {
        var parts = new ArrayList<Part>(chunks.size());
        var logitRows = new int[chunks.stream().mapToInt(Chunk::logitRows).sum()];
        var rows = 0;
        var logits = 0;
        for (var chunk : chunks) {
            var sequence = cache.sequence(chunk.slot());
            parts.add(new Part(sequence, chunk.ids(), rows, sequence.length()));
            for (var i = chunk.firstLogit(); i < chunk.ids().length; i++) {
                logitRows[logits++] = rows + i;
            }
            rows += chunk.ids().length;
        }
        return new StepRows(List.copyOf(parts), rows, logitRows);
    }
}
