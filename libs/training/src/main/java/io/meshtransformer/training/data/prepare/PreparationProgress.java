package io.meshtransformer.training.data.prepare;

/** Hears how far a preparation is. Called often, from the thread that prepares. */
public interface PreparationProgress {
    /** For nobody. */
    PreparationProgress NONE = new PreparationProgress() {
        @Override
        public void reading(long bytes, long bytesTotal, long documents, long tokens) {}

        @Override
        public void writing(long documents, long documentsTotal) {}
    };

    /** @param bytes read of the sources' files, as they are on the disk */
    void reading(long bytes, long bytesTotal, long documents, long tokens);

    /** @param documents written to windows */
    void writing(long documents, long documentsTotal);
}
