package io.meshtransformer.xla.runtime;

/** Hears how far the weights are loaded, on the thread that loads. */
@FunctionalInterface
public interface LoadProgress {
    LoadProgress SILENT = (bytesDone, bytesTotal) -> {};

    /**
     * @param bytesDone bytes of weights on devices or on their way, over all devices
     * @param bytesTotal of all weights
     */
    void loaded(long bytesDone, long bytesTotal);
}
