package io.meshtransformer.training.checkpoint;

/**
 * A file of a checkpoint.
 *
 * @param name from the checkpoint's directory on, with slashes
 * @param sha256 of its bytes, in hexadecimal digits
 */
public record ManifestFile(String name, long bytes, String sha256) {
    private static final String NAME = "(state/)?[A-Za-z0-9_-][A-Za-z0-9._-]*";

    public ManifestFile {
        // A checkpoint must not reach outside itself.
        if (!name.matches(NAME)) {
            throw new IllegalArgumentException("file name: " + name + " must be a name, or one in state/");
        }
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes of " + name + ": " + bytes + " must be at least 0");
        }
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("SHA-256 of " + name + ": " + sha256 + " must be 64 hexadecimal digits");
        }
    }
}
