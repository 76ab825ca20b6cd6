package io.meshtransformer.gptj.torch;

import io.meshtransformer.gptj.ModelFormatException;
import io.meshtransformer.gptj.archive.StoredArchive;
import io.meshtransformer.gptj.safetensors.ElementReader;
import io.meshtransformer.gptj.source.StoredMatrix;
import io.meshtransformer.gptj.torch.PickleValue.Tensor;
import io.meshtransformer.gptj.torch.PickleValue.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * A state dict as PyTorch saves it since 1.6: a zip archive with a pickle, {@code NAME/data.pkl}, and the elements of
 * each storage, {@code NAME/data/KEY}. Nothing in it is run.
 */
public final class TorchFile implements AutoCloseable {
    private static final String PICKLE = "/data.pkl";

    /** A state dict of 100 times the tensors of GPT-J-6B's. */
    private static final int MOST_PICKLE_BYTES = 1 << 24;

    private final StoredArchive archive;
    private final String root;
    private final SequencedMap<String, Tensor> tensors;

    private TorchFile(StoredArchive archive, String root, SequencedMap<String, Tensor> tensors) {
        this.archive = archive;
        this.root = root;
        this.tensors = Collections.unmodifiableSequencedMap(tensors);
    }

    /**
     * Opens a file and finds its tensors.
     *
     * @throws ModelFormatException.InvalidArchive if it is truncated, in PyTorch's older format, or its pickle wants more
     *     than a state dict does
     */
    public static TorchFile open(Path file) throws IOException {
        refuseOlderFormat(file);
        var archive = StoredArchive.open(file);
        try {
            var root = root(archive);
            var pickle = archive.bytes(archive.entries().get(root + PICKLE), MOST_PICKLE_BYTES);
            var order = archive.entries().get(root + "/byteorder");
            if (order != null && !new String(archive.bytes(order, 16)).strip().equals("little")) {
                throw invalid(file, "it was saved on a big-endian machine");
            }
            var torch = new TorchFile(archive, root, tensors(file, Unpickler.read(pickle)));
            torch.requireStorages();
            return torch;
        } catch (Unpickler.RefusedException e) {
            archive.close();
            throw new ModelFormatException.InvalidArchive(file, List.of(e.getMessage()), e);
        } catch (Throwable e) {
            archive.close();
            throw e;
        }
    }

    private static void refuseOlderFormat(Path file) throws IOException {
        try (var reader = ElementReader.open(file)) {
            var begin = ByteBuffer.allocate((int) Math.min(2, reader.fileBytes()));
            reader.readBytes(begin, 0);
            if (begin.capacity() == 2 && begin.get(0) == (byte) 0x80 && begin.get(1) >= 2) {
                throw invalid(
                        file,
                        "it is in PyTorch's format from before 1.6, a bare pickle: load it and save it again with a"
                                + " newer one, best as safetensors");
            }
        }
    }

    private static String root(StoredArchive archive) throws IOException {
        var pickles = archive.entries().keySet().stream()
                .filter(name -> name.endsWith(PICKLE))
                .toList();
        if (pickles.size() != 1) {
            throw invalid(
                    archive.file(),
                    "it has " + pickles.size() + " files named data.pkl, a state dict of PyTorch has one");
        }
        return pickles.getFirst().substring(0, pickles.getFirst().length() - PICKLE.length());
    }

    private static SequencedMap<String, Tensor> tensors(Path file, PickleValue value) throws IOException {
        if (!(value instanceof PickleValue.Dictionary(var entries))) {
            throw invalid(file, "its pickle is no dictionary of tensors");
        }
        var tensors = new LinkedHashMap<String, Tensor>();
        for (var entry : entries.entrySet()) {
            if (!(entry.getKey() instanceof Text(var name)) || !(entry.getValue() instanceof Tensor tensor)) {
                throw invalid(
                        file,
                        "its pickle has " + (entry.getKey() instanceof Text(var key) ? key : "a number")
                                + ", which is no tensor by name: is it a training checkpoint?");
            }
            tensors.put(name, tensor);
        }
        return tensors;
    }

    private void requireStorages() throws IOException {
        for (var tensor : tensors.entrySet()) {
            var storage = tensor.getValue().storage();
            var entry = archive.entries().get(root + "/data/" + storage.key());
            var wanted = Math.multiplyExact(storage.elements(), storage.type().bytes());
            if (entry == null || entry.bytes() != wanted) {
                throw invalid(
                        archive.file(),
                        "tensor " + tensor.getKey() + " is in " + root + "/data/" + storage.key()
                                + ", which "
                                + (entry == null ? "is not in the file" : "has " + entry.bytes() + " bytes")
                                + " instead of having " + wanted);
            }
        }
    }

    private static ModelFormatException invalid(Path file, String problem) {
        return new ModelFormatException.InvalidArchive(file, List.of(problem), null);
    }

    StoredArchive archive() {
        return archive;
    }

    public Path file() {
        return archive.file();
    }

    /** The tensors by name, in the order in which they were saved. */
    SequencedMap<String, Tensor> tensors() {
        return tensors;
    }

    /**
     * Where a vector or matrix lies.
     *
     * @throws ModelFormatException.InvalidArchive if its elements are neither in its own order nor in that of its
     *     transpose
     */
    StoredMatrix matrix(String name) throws IOException {
        var tensor = tensors.get(name);
        var dimensions = tensor.shape().dimensions();
        var rows = dimensions.size() < 2 ? 1 : dimensions.get(0);
        var columns = dimensions.isEmpty() ? 1 : dimensions.getLast();
        var strides = tensor.strides();
        var rowStride = dimensions.size() < 2 ? columns : strides.get(0);
        var columnStride = dimensions.isEmpty() ? 1 : strides.getLast();
        var contiguous = (columns == 1 || columnStride == 1) && (rows == 1 || rowStride == columns);
        var transposed = (columns == 1 || columnStride == rows) && (rows == 1 || rowStride == 1);
        if (dimensions.size() > 2 || !contiguous && !transposed) {
            throw invalid(
                    file(),
                    "tensor " + name + " of shape " + tensor.shape() + " has strides " + strides
                            + "; read are tensors in their own order or that of their transpose: save it contiguous");
        }
        var storage = tensor.storage();
        var entry = archive.entries().get(root + "/data/" + storage.key());
        return new StoredMatrix(
                archive.reader(),
                storage.type(),
                entry.begin() + tensor.offset() * storage.type().bytes(),
                rows,
                columns,
                !contiguous);
    }

    @Override
    public void close() throws IOException {
        archive.close();
    }
}
