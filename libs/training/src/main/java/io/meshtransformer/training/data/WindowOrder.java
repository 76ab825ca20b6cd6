package io.meshtransformer.training.data;

/**
 * The order in which a run sees its windows: every epoch another permutation, known from the seed alone, so that a
 * place in it needs neither memory nor the places before.
 *
 * @param seed of the run's data
 * @param windows of the data
 */
public record WindowOrder(long seed, long windows) {
    public WindowOrder {
        if (windows < 1) {
            throw new IllegalArgumentException("windows: " + windows + " must be at least 1");
        }
    }

    /** The window that comes after as many as the cursor has seen, from 0. */
    public long next(DataCursor cursor) {
        return at(cursor.epoch(windows), cursor.position(windows));
    }

    /** @param position from 0 to the number of windows, exclusive */
    public long at(long epoch, long position) {
        return new Permutation(seed, epoch, windows).at(position);
    }
}
