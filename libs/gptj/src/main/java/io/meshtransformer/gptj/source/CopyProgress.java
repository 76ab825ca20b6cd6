package io.meshtransformer.gptj.source;

/** Hears how far weights are copied. What it throws ends the work, so this is also how a work is called off. */
@FunctionalInterface
public interface CopyProgress {
    CopyProgress SILENT = (_, _) -> {};

    void copied(long bytesDone, long bytesTotal);
}
