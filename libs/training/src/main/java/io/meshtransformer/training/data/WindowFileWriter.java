package io.meshtransformer.training.data;

import io.meshtransformer.files.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes one file of windows; its header comes last, so that what was not finished is no file of windows. */
final class WindowFileWriter implements AutoCloseable {
    private final WindowHeader form;
    private final FileChannel channel;
    private final Sha256 hash = new Sha256();
    private long position = WindowHeader.BYTES;

    /** @param form the header but for the number of windows and their hash */
    WindowFileWriter(Path path, WindowHeader form) throws IOException {
        this.form = form;
        this.channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    /** @param windows whole ones, all of which are taken */
    void write(ByteBuffer windows) throws IOException {
        hash.add(windows.duplicate());
        position = writeFully(windows, position);
    }

    long windows() {
        return (position - WindowHeader.BYTES) / form.windowBytes();
    }

    /** Brings everything to the disk. */
    WindowHeader complete() throws IOException {
        var header = new WindowHeader(
                form.windowTokens(), form.idBytes(), form.vocabulary(), windows(), form.tokenizer(), hash.hex());
        writeFully(header.bytes(), 0);
        channel.force(true);
        channel.close();
        return header;
    }

    private long writeFully(ByteBuffer bytes, long begin) throws IOException {
        var at = begin;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
        return at;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
