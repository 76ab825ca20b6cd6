package io.meshtransformer.xla;

import io.meshtransformer.gptj.engine.Chunk;
import io.meshtransformer.xla.LogitsReader.Wanted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The generated tokens of one replica's slots. */
final class DecodeBatch {
    private static final int NO_TOKEN = -1;

    private final int[] ids;
    private final int[] positions;
    private final List<Wanted> wanted = new ArrayList<>();
    private boolean isEmpty = true;

    DecodeBatch(int slots) {
        ids = new int[slots];
        positions = new int[slots];
        Arrays.fill(positions, NO_TOKEN);
    }

    void add(int slot, int position, Chunk chunk, int row) {
        isEmpty = false;
        ids[slot] = chunk.ids()[0];
        positions[slot] = position;
        if (chunk.logitRows() > 0) {
            wanted.add(new Wanted(slot, row));
        }
    }

    void run(Replica replica, LogitsReader reader) {
        if (!isEmpty) {
            reader.read(replica, true, replica.decode(ids, positions), ids.length, wanted);
        }
    }
}
