package io.meshtransformer.gptj.source;

import io.meshtransformer.gptj.archive.StoredArchive;
import java.io.IOException;
import java.util.Collection;

/** Compares the archives that a model lies in with their checksums. */
public final class ArchiveChecks {
    private ArchiveChecks() {}

    /** @throws io.meshtransformer.gptj.ModelFormatException.InvalidArchive if a file is not what was written */
    public static void verify(Collection<StoredArchive> archives, CopyProgress progress) throws IOException {
        var total = archives.stream().mapToLong(StoredArchive::entryBytes).sum();
        var done = new long[1];
        for (var archive : archives) {
            archive.verify(bytes -> {
                done[0] += bytes;
                progress.copied(done[0], total);
            });
        }
    }
}
