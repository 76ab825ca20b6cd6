package io.meshtransformer.messaging;

import java.util.TreeSet;

/** Which records of a partition were handed over and are not done: what may be committed is below the first. Thread-safe. */
final class OpenRecords {
    private final TreeSet<Long> open = new TreeSet<>();
    private long next;
    private long committed;

    /** @param from the offset of the first record */
    OpenRecords(long from) {
        next = from;
        committed = from;
    }

    synchronized void taken(long offset) {
        open.add(offset);
        next = offset + 1;
    }

    synchronized void done(long offset) {
        open.remove(offset);
    }

    /** Whether there is more to commit than was. */
    synchronized boolean advanced() {
        return offset() > committed;
    }

    /** What is to be committed now, and counts as committed from then on. */
    synchronized long commit() {
        committed = offset();
        return committed;
    }

    /** Some of what was to be committed was not. */
    synchronized void uncommitted() {
        committed = -1;
    }

    private long offset() {
        return open.isEmpty() ? next : open.first();
    }
}
