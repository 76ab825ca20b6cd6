package io.meshtransformer.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of bytes as they come, in hexadecimal digits. Not thread-safe. */
public final class Sha256 {
    private static final int CHUNK = 1 << 18;

    private final MessageDigest digest;

    public Sha256() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    /** Of a file of any size. */
    public static String of(Path file) throws IOException {
        var hash = new Sha256();
        var chunk = ByteBuffer.allocateDirect(CHUNK);
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (channel.read(chunk.clear()) >= 0) {
                hash.add(chunk.flip());
            }
        }
        return hash.hex();
    }

    public static String of(byte[] content) {
        var hash = new Sha256();
        hash.add(ByteBuffer.wrap(content));
        return hash.hex();
    }

    /** Takes what remains in the buffer. */
    public void add(ByteBuffer bytes) {
        digest.update(bytes);
    }

    /** Of everything since this was made. */
    public String hex() {
        try {
            return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
        } catch (CloneNotSupportedException everyJavaCan) {
            throw new IllegalStateException(everyJavaCan);
        }
    }
}
