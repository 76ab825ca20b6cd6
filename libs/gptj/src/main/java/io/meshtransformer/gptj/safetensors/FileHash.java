package io.meshtransformer.gptj.safetensors;

import io.meshtransformer.files.Sha256;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** SHA-256 of a file that grows from its first byte to its last. */
final class FileHash {
    private final Sha256 hash = new Sha256();
    private long end;

    /** @throws IllegalStateException if the bytes don't follow those before */
    synchronized void add(ByteBuffer bytes, long position, Path file) {
        if (position != end) {
            throw new IllegalStateException("byte " + position + " of " + file + " was written when byte " + end
                    + " was next: a file that is hashed is written in order");
        }
        end += bytes.remaining();
        hash.add(bytes);
    }

    synchronized String hex() {
        return hash.hex();
    }
}
