package io.meshtransformer.training.data;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.gptj.training.TrainingShape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The windows that each step of a run takes, from nothing but the seed and how many windows were seen before: so a run
 * that goes on sees what an unbroken one would. Any number of threads may ask.
 */
public final class WindowSource {
    private final List<WindowSet> sets;
    private final WindowOrder order;
    private final TrainingShape shape;

    private WindowSource(List<WindowSet> sets, WindowOrder order, TrainingShape shape) {
        this.sets = sets;
        this.order = order;
        this.shape = shape;
    }

    /**
     * Opens folders of windows, which count as one set in the given order.
     *
     * @param seed of the order of windows
     * @param vocabulary of the model
     * @throws DataException if a folder is damaged, or not for this run: its windows' length, its vocabulary, or a
     *     tokenizer that is not the other folders'
     */
    public static WindowSource open(List<Path> directories, long seed, TrainingShape shape, int vocabulary)
            throws IOException {
        if (directories.isEmpty()) {
            throw new IllegalArgumentException("a run needs at least one folder of windows");
        }
        var sets = new ArrayList<WindowSet>();
        for (var directory : directories) {
            var set = WindowSet.open(directory);
            set.requireSequence(shape.sequence());
            set.requireVocabulary(vocabulary);
            sets.add(set);
            set.requireTokenizer(sets.getFirst().index().tokenizer());
        }
        var windows = sets.stream().mapToLong(WindowSet::windows).sum();
        return new WindowSource(sets, new WindowOrder(seed, windows), requireNonNull(shape, "shape is null"));
    }

    /** Of all folders: an epoch's length. */
    public long windows() {
        return order.windows();
    }

    /**
     * @param sha256 of a tokenizer's files, as {@link TokenizerHash} has it
     * @throws DataException if the windows are another tokenizer's
     */
    public void requireTokenizer(String sha256) throws DataException {
        sets.getFirst().requireTokenizer(sha256);
    }

    /**
     * The windows of the step that begins at a cursor.
     *
     * @return ids {@code [accumulation, batch, sequence + 1]}
     */
    public int[] step(DataCursor cursor) {
        return step(cursor, HostShare.ALL);
    }

    /**
     * A host's part of that step.
     *
     * @return ids {@code [accumulation, batch / hosts, sequence + 1]}
     * @throws IllegalArgumentException if the hosts cannot share a micro-batch equally
     */
    public int[] step(DataCursor cursor, HostShare share) {
        var rows = share.rows(shape.batch());
        var tokens = shape.windowTokens();
        var ids = new int[Math.multiplyExact(Math.multiplyExact(shape.accumulation(), rows), tokens)];
        for (var micro = 0; micro < shape.accumulation(); micro++) {
            for (var row = 0; row < rows; row++) {
                var seen = (long) micro * shape.batch() + share.firstRow(shape.batch()) + row;
                read(order.next(cursor.advance(seen)), ids, (micro * rows + row) * tokens);
            }
        }
        return ids;
    }

    /** Where the step behind this one begins. */
    public DataCursor after(DataCursor cursor) {
        return cursor.advance(shape.windows());
    }

    private void read(long window, int[] ids, int offset) {
        var left = window;
        for (var set : sets) {
            if (left < set.windows()) {
                set.read(left, ids, offset);
                return;
            }
            left -= set.windows();
        }
        throw new IndexOutOfBoundsException("window " + window + " of " + windows());
    }
}
