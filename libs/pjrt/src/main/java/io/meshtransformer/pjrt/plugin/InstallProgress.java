package io.meshtransformer.pjrt.plugin;

/** Is told how far an installation is, often enough for a progress bar. */
@FunctionalInterface
public interface InstallProgress {
    /** For those who don't want to know. */
    InstallProgress SILENT = (stage, bytesDone, bytesTotal) -> {};

    /** The long parts of an installation. */
    enum Stage {
        DOWNLOAD,
        UNPACK
    }

    /** Bytes done of the bytes of this stage. */
    void at(Stage stage, long bytesDone, long bytesTotal);
}
