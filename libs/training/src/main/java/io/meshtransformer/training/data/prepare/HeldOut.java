package io.meshtransformer.training.data.prepare;

import io.meshtransformer.training.data.DataException;
import io.meshtransformer.training.data.Permutation;
import java.util.BitSet;

/** Which documents a run does not learn from, but is measured with. */
public sealed interface HeldOut {
    /** None are held out. */
    HeldOut NONE = new Count(0, true);

    /** What is held out where nobody says: {@link Usual}. */
    HeldOut USUAL = new Usual();

    /**
     * As many documents.
     *
     * @param last whether the last of the sources, otherwise any, chosen by the seed
     */
    record Count(long documents, boolean last) implements HeldOut {
        public Count {
            if (documents < 0) {
                throw new IllegalArgumentException("documents held out: " + documents + " must be at least 0");
            }
        }
    }

    /**
     * A part of all documents, at least one.
     *
     * @param share above 0 and below 1
     * @param last whether the last of the sources, otherwise any, chosen by the seed
     */
    record Share(double share, boolean last) implements HeldOut {
        public Share {
            if (!(share > 0 && share < 1)) {
                throw new IllegalArgumentException("share held out: " + share + " must be above 0 and below 1");
            }
        }
    }

    /** One document of twenty, any, chosen by the seed; none of fewer than a hundred, where so few would say little. */
    record Usual() implements HeldOut {
        private static final int FEWEST = 100;
        private static final double SHARE = 0.05;

        @Override
        public boolean last() {
            return false;
        }
    }

    boolean last();

    /**
     * Chooses them: a bit for each document.
     *
     * @throws DataException if none would be left to learn from
     */
    default BitSet choose(int documents, long seed) throws DataException {
        var count =
                switch (this) {
                    case Count held -> held.documents();
                    case Share held -> Math.max(1, Math.round(documents * held.share()));
                    case Usual _ -> documents < Usual.FEWEST ? 0 : Math.round(documents * Usual.SHARE);
                };
        if (count >= documents) {
            throw new DataException.CannotPrepare(
                    "of %,d documents %,d are to be held out for validation: none is left to learn from"
                            .formatted(documents, count));
        }
        var chosen = new BitSet(documents);
        if (last()) {
            chosen.set(documents - (int) count, documents);
            return chosen;
        }
        var order = new Permutation(seed, Preparation.HELD_OUT_STREAM, documents);
        for (var i = 0; i < count; i++) {
            chosen.set((int) order.at(i));
        }
        return chosen;
    }
}
