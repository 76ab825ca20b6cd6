package io.meshtransformer.training.data;

/**
 * Where a run is in its data: all that a checkpoint must keep of it. Epochs follow each other without a gap, so the
 * number of windows says everything.
 *
 * @param windows seen since the run began, over all hosts and epochs
 */
public record DataCursor(long windows) {
    /** Before the first window. */
    public static final DataCursor START = new DataCursor(0);

    public DataCursor {
        if (windows < 0) {
            throw new IllegalArgumentException("windows seen: " + windows + " must be at least 0");
        }
    }

    public DataCursor advance(long more) {
        return new DataCursor(Math.addExact(windows, more));
    }

    /** Which pass over the data the next window belongs to, from 0. */
    public long epoch(long windowsOfData) {
        return windows / windowsOfData;
    }

    /** Windows seen of this pass. */
    public long position(long windowsOfData) {
        return windows % windowsOfData;
    }
}
