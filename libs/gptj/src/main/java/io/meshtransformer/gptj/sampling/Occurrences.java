package io.meshtransformer.gptj.sampling;

/** Counts how often each token occurs in a stretch of the history, in memory that is used again. */
final class Occurrences {
    private final int[] counts;

    Occurrences(int size) {
        counts = new int[size];
    }

    @FunctionalInterface
    interface Consumer {
        void accept(int id, int occurrences);
    }

    /** Calls once for each distinct token from a place in the history on; ids that can't be chosen are passed over. */
    void forEach(TokenHistory history, int from, Consumer consumer) {
        var ids = history.ids();
        for (var i = from; i < history.length(); i++) {
            if (ids[i] < counts.length) {
                counts[ids[i]]++;
            }
        }
        for (var i = from; i < history.length(); i++) {
            if (ids[i] < counts.length && counts[ids[i]] > 0) {
                consumer.accept(ids[i], counts[ids[i]]);
                counts[ids[i]] = 0;
            }
        }
    }
}
