package io.meshtransformer.local.convert;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshtransformer.files.DurableFiles;
import io.meshtransformer.gptj.lora.Adapter;
import io.meshtransformer.gptj.lora.MergedSource;
import io.meshtransformer.gptj.mtj.MtjCheckpoint;
import io.meshtransformer.gptj.safetensors.DataType;
import io.meshtransformer.gptj.source.ModelSource;
import io.meshtransformer.gptj.source.ServableView;
import io.meshtransformer.gptj.training.StateTensor;
import io.meshtransformer.gptj.training.StateTensor.Kind;
import io.meshtransformer.training.checkpoint.TokenizerFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;

/**
 * One conversion: opens the source, writes beside the target, reads back and compares, and gives the target its name
 * last. Whatever ends it before, nothing of the target remains.
 */
final class Conversion {
    static final String HASHES = "hashes.json";

    private final Request request;
    private final Watcher watcher;
    private final InstantSource clock;
    private final List<String> remarks = new ArrayList<>();

    Conversion(Request request, Watcher watcher, InstantSource clock) {
        this.request = request;
        this.watcher = watcher;
        this.clock = clock;
    }

    Report run() throws IOException {
        var begin = clock.instant();
        requireFree(request.target());
        var opened = Sources.open(request.source(), request.config());
        try (var source = opened.source()) {
            remarks.addAll(source.remarks());
            var view = view(source);
            var type = type(view);
            var target = request.target().toAbsolutePath().normalize();
            var aside = target.resolveSibling(target.getFileName() + ".partial");
            Files.createDirectories(aside.getParent());
            requireRoom(view, type, aside);
            if (Files.exists(aside)) {
                throw new ConversionException(aside + " is there: another conversion writes it, or one was killed; if"
                        + " none runs, delete it");
            }
            source.verify((done, total) -> watcher.at("checking", done, total));
            Files.createDirectory(aside);
            try {
                write(view, aside, type, companions(opened.directory()));
                SequencedMap<String, String> hashes;
                try (var written = Targets.open(request.layout(), aside)) {
                    hashes =
                            ReadBack.hashes(view, written, type, (done, total) -> watcher.at("comparing", done, total));
                }
                DurableFiles.write(aside.resolve(HASHES), json(hashes));
                var bytes = bytes(aside);
                DurableFiles.publish(aside, target);
                return new Report(
                        opened.name(),
                        request.target(),
                        request.layout(),
                        request.shards(),
                        type,
                        view.step(),
                        bytes,
                        Duration.between(begin, clock.instant()),
                        hashes,
                        List.copyOf(remarks));
            } catch (Throwable e) {
                deleteAfter(e, aside);
                throw e;
            }
        }
    }

    private static void deleteAfter(Throwable cause, Path aside) {
        try {
            DurableFiles.deleteTree(aside);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private static void requireFree(Path target) throws IOException {
        if (!Files.exists(target)) {
            return;
        }
        if (Files.isDirectory(target)) {
            try (var files = Files.list(target)) {
                if (files.findAny().isEmpty()) {
                    return;
                }
            }
        }
        throw new ConversionException(target + " is there already and not empty; choose another name");
    }

    private void requireRoom(ModelSource view, DataType type, Path aside) throws IOException {
        var needed = view.tensors().entrySet().stream()
                .mapToLong(entry -> entry.getValue().elements()
                        * storedAs(entry.getKey(), type).bytes())
                .sum();
        var free = Files.getFileStore(aside.getParent()).getUsableSpace();
        if (free < needed) {
            throw new ConversionException(
                    "%s needs %,d bytes, there are %,d free".formatted(request.target(), needed, free));
        }
    }

    private static DataType storedAs(StateTensor tensor, DataType type) {
        return tensor.kind() == Kind.PARAMETER ? type : DataType.F32;
    }

    /** The source as the target's layout can hold it. */
    private ModelSource view(ModelSource source) throws IOException {
        var moments = Sources.hasMoments(source);
        if (request.adapter().isPresent()) {
            sayThatMomentsAreLeft(moments);
            var model = new ServableView(source);
            return new MergedSource(model, Adapter.open(request.adapter().get(), model.config()));
        }
        return switch (request.layout()) {
            case HF -> {
                sayThatMomentsAreLeft(moments);
                yield new ServableView(source);
            }
            case MTJ -> source;
            case TRAIN -> {
                if (!moments) {
                    yield new ServableView(source);
                }
                if (source instanceof MtjCheckpoint mtj) {
                    remarks.add(
                            "the bias of the embedding stays a tensor of its own: train on with optimiser.bias_copies "
                                    + mtj.shards());
                }
                yield source;
            }
        };
    }

    private void sayThatMomentsAreLeft(boolean moments) {
        if (moments) {
            remarks.add("the optimiser's state is left behind: a model has none");
        }
    }

    /** A run's checkpoint is fp32 always. */
    private DataType type(ModelSource view) {
        return request.layout() == Layout.TRAIN ? DataType.F32 : request.type().orElse(view.type());
    }

    private List<Path> companions(Path source) throws IOException {
        if (request.layout() == Layout.MTJ) {
            return List.of();
        }
        if (Files.exists(source.resolve("tokenizer.json"))) {
            return TokenizerFiles.at(source);
        }
        remarks.add("there is no tokenizer.json in the source; put the model's beside the weights to serve it");
        return List.of();
    }

    private void write(ModelSource view, Path aside, DataType type, List<Path> companions) throws IOException {
        switch (request.layout()) {
            case HF -> Targets.writeModel(view, aside, type, companions, this::writing);
            case MTJ -> Targets.writeMtj(view, aside, request.shards(), type, this::writing);
            case TRAIN -> Targets.writeTraining(view, aside, companions, this::writing);
        }
    }

    private void writing(long done, long total) {
        watcher.at("writing", done, total);
    }

    static byte[] json(SequencedMap<String, String> hashes) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("hash", "SHA-256 of the values as little-endian fp32, row by row, in Hugging Face's shape");
        var tensors = json.putObject("tensors");
        hashes.forEach(tensors::put);
        return (json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static long bytes(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            var bytes = 0L;
            for (var file : files.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
            }
            return bytes;
        }
    }
}
