package io.meshtransformer.local.convert;

/** Hears how far a conversion is. What it throws ends the conversion. */
@FunctionalInterface
interface Watcher {
    /** @param part {@code checking} the source, {@code writing} or {@code comparing} */
    void at(String part, long bytesDone, long bytesTotal);
}
