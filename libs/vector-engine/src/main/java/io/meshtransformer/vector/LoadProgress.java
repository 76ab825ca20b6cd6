package io.meshtransformer.vector;

/** Hears how far the weights are loaded. Calls come from several threads, one at a time, and never go back. */
@FunctionalInterface
public interface LoadProgress {
    LoadProgress SILENT = (bytesDone, bytesTotal) -> {};

    /**
     * @param bytesDone bytes of weights in memory, in the engine's format
     * @param bytesTotal bytes of all weights
     */
    void loaded(long bytesDone, long bytesTotal);
}
