package io.meshtransformer.evaluation.task;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;

/** Bytes that can be read from any place on. */
sealed interface LineSource {
    /** For people. */
    String name();

    InputStream open(long offset) throws IOException;

    /** A file that may not change. */
    record OfFile(Path file, long size, FileTime modified) implements LineSource {
        static OfFile at(Path file) throws IOException {
            return new OfFile(file, Files.size(file), Files.getLastModifiedTime(file));
        }

        @Override
        public String name() {
            return file.toString();
        }

        /** @throws TaskException.DataUnavailable if it is not the file that it was */
        @Override
        public InputStream open(long offset) throws IOException {
            if (!Files.isRegularFile(file) || !OfFile.at(file).equals(this)) {
                throw new TaskException.DataUnavailable(
                        file + " is gone or another one since the task was opened (it had " + size + " bytes)", null);
            }
            return Channels.newInputStream(
                    FileChannel.open(file, StandardOpenOption.READ).position(offset));
        }
    }

    /** What comes with the software. */
    record OfBytes(String name, byte[] bytes) implements LineSource {
        @Override
        public InputStream open(long offset) {
            return new ByteArrayInputStream(bytes, (int) offset, bytes.length - (int) offset);
        }
    }
}
