package io.meshtransformer.training.data;

import static java.util.Objects.checkFromIndexSize;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A folder of windows: an index and the files that it names, mapped into memory. Any number of threads may read it.
 *
 * <p>Maps are given back when nothing refers to the set any more.
 */
public final class WindowSet {
    private final Path directory;
    private final WindowIndex index;
    private final List<WindowFile> files;

    private WindowSet(Path directory, WindowIndex index, List<WindowFile> files) {
        this.directory = directory;
        this.index = index;
        this.files = files;
    }

    /**
     * Opens every file and holds its header and its length against the index; {@link #verify()} reads the windows too.
     *
     * @throws DataException if a file is missing, damaged, cut off or another set's
     */
    public static WindowSet open(Path directory) throws IOException {
        requireNonNull(directory, "directory is null");
        var index = WindowIndex.read(directory);
        var files = new ArrayList<WindowFile>();
        for (var named : index.files()) {
            var path = directory.resolve(named.name());
            var file = WindowFile.open(path);
            requireEqual(path, "windows", named.windows(), file.header().windows());
            requireEqual(path, "SHA-256", named.sha256(), file.header().payload());
            requireEqual(
                    path, "ids a window", index.windowTokens(), file.header().windowTokens());
            requireEqual(path, "vocabulary", index.vocabulary(), file.header().vocabulary());
            requireEqual(path, "tokenizer", index.tokenizer(), file.header().tokenizer());
            files.add(file);
        }
        return new WindowSet(directory, index, files);
    }

    private static void requireEqual(Path file, String what, Object expected, Object found) throws DataException {
        if (!expected.equals(found)) {
            throw new DataException.CorruptWindows(
                    file,
                    "its header says %s for %s, and %s says %s".formatted(found, what, WindowIndex.FILE, expected));
        }
    }

    public Path directory() {
        return directory;
    }

    public WindowIndex index() {
        return index;
    }

    public long windows() {
        return index.windows();
    }

    public int windowTokens() {
        return index.windowTokens();
    }

    /**
     * Copies windows that follow each other: what validation reads.
     *
     * @return ids {@code [count, sequence + 1]}
     * @throws IndexOutOfBoundsException if there are not as many
     */
    public int[] read(long first, int count) {
        checkFromIndexSize(first, (long) count, windows());
        var ids = new int[Math.multiplyExact(count, windowTokens())];
        for (var i = 0; i < count; i++) {
            read(first + i, ids, i * windowTokens());
        }
        return ids;
    }

    /** Copies one window, {@code [sequence + 1]}. */
    public void read(long window, int[] ids, int offset) {
        var left = window;
        for (var file : files) {
            if (left < file.header().windows()) {
                file.read(left, ids, offset);
                return;
            }
            left -= file.header().windows();
        }
        throw new IndexOutOfBoundsException("window " + window + " of " + windows());
    }

    /**
     * Reads all windows and compares their hashes.
     *
     * @throws DataException that names the first file of which a byte changed
     */
    public void verify() throws DataException {
        for (var file : files) {
            file.verify();
        }
    }

    /** @throws DataException if a run's sequences are not as long as these windows are cut for */
    public void requireSequence(int sequence) throws DataException {
        if (sequence != index.sequence()) {
            throw new DataException.UnsuitableWindows(
                    directory,
                    "its windows are cut for sequences of %,d tokens, and the run's have %,d: prepare the data with --sequence %d"
                            .formatted(index.sequence(), sequence, sequence));
        }
    }

    /** @throws DataException if windows may hold ids that a model does not have */
    public void requireVocabulary(int vocabulary) throws DataException {
        if (index.vocabulary() > vocabulary) {
            throw new DataException.UnsuitableWindows(
                    directory,
                    "its tokenizer has %,d ids, and the model %,d: they don't belong together"
                            .formatted(index.vocabulary(), vocabulary));
        }
    }

    /**
     * @param sha256 of a tokenizer's file, as {@link TokenizerHash} has it
     * @throws DataException if the windows are another tokenizer's
     */
    public void requireTokenizer(String sha256) throws DataException {
        if (!index.tokenizer().equals(sha256)) {
            throw new DataException.UnsuitableWindows(
                    directory,
                    "it was made with the tokenizer of SHA-256 %s, and the model's has %s"
                            .formatted(index.tokenizer(), sha256));
        }
    }
}
