package io.meshtransformer.gptj.engine;

/** Hears how far the weights are loaded. Calls come one at a time, perhaps from several threads, and never go back. */
@FunctionalInterface
public interface LoadProgress {
    LoadProgress SILENT = (bytesDone, bytesTotal) -> {};

    /**
     * @param bytesDone bytes of weights where the engine keeps them, over all devices and in its own format
     * @param bytesTotal bytes of all weights
     */
    void loaded(long bytesDone, long bytesTotal);
}
