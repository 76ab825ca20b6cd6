package io.meshtransformer.training.data.prepare;

import io.meshtransformer.files.DurableFiles;
import io.meshtransformer.training.data.DataException;
import io.meshtransformer.training.data.WindowSet;
import io.meshtransformer.training.data.tfrecord.TfRecordWriter;
import io.meshtransformer.training.data.tfrecord.TokenExample;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes windows as mesh-transformer-jax reads them: a record each, in their order. */
public final class TfRecordExport {
    private TfRecordExport() {}

    /**
     * Writes {@code NAME.partial} and renames it when it is whole.
     *
     * @throws DataException if the file is there already, or the windows are damaged
     */
    public static void write(WindowSet windows, Path file) throws IOException {
        if (Files.exists(file)) {
            throw new DataException.CannotPrepare(file + " is there already: delete it first, or choose another name");
        }
        windows.verify();
        var partial = file.resolveSibling(file.getFileName() + ".partial");
        try {
            try (var channel = FileChannel.open(
                            partial,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE);
                    var writer = new TfRecordWriter(Channels.newOutputStream(channel))) {
                for (var i = 0L; i < windows.windows(); i++) {
                    writer.write(TokenExample.encode(windows.read(i, 1)));
                }
                writer.flush();
                channel.force(true);
            }
            DurableFiles.rename(partial, file);
        } finally {
            Files.deleteIfExists(partial);
        }
    }
}
