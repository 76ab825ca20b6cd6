package io.meshtransformer.local.convert;

import io.meshtransformer.gptj.lora.Adapter;
import io.meshtransformer.gptj.mtj.MtjCheckpoint;
import io.meshtransformer.gptj.source.CheckpointSource;
import io.meshtransformer.gptj.source.ModelSource;
import io.meshtransformer.gptj.torch.TorchCheckpoint;
import io.meshtransformer.gptj.training.StateTensor.Kind;
import io.meshtransformer.training.checkpoint.CheckpointCatalog;
import io.meshtransformer.training.checkpoint.CommittedCheckpoint;
import io.meshtransformer.training.checkpoint.StoredState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds out what a directory holds. */
final class Sources {
    private static final Pattern RUN_AT_STEP = Pattern.compile("(.+)@(\\d{1,18})");

    private Sources() {}

    /** @param name of it, in words */
    record Opened(String name, Path directory, ModelSource source) {}

    /**
     * Opens a directory, or the checkpoint {@code RUN@STEP}. Of a run the newest checkpoint that is whole.
     *
     * @param config of a checkpoint of mesh-transformer-jax that has none beside it
     */
    static Opened open(String source, Optional<Path> config) throws IOException {
        var directory = Path.of(source);
        var atStep = RUN_AT_STEP.matcher(source);
        if (!Files.exists(directory) && atStep.matches()) {
            var catalog = new CheckpointCatalog(checkpoints(Path.of(atStep.group(1))));
            var state = catalog.open(Long.parseLong(atStep.group(2)));
            return run(state, List.of());
        }
        if (!Files.isDirectory(directory)) {
            throw new ConversionException(source + " is no directory");
        }
        if (Files.isDirectory(checkpoints(directory))) {
            return newest(directory);
        }
        var checkpoint = CommittedCheckpoint.at(directory);
        if (checkpoint.isPresent()) {
            checkpoint.get().verify();
            return run(checkpoint.get().open(), List.of());
        }
        return model(directory, config);
    }

    private static Path checkpoints(Path run) {
        return run.resolve("checkpoints");
    }

    private static Opened newest(Path run) throws IOException {
        var latest = new CheckpointCatalog(checkpoints(run)).openLatestValid();
        var state = latest.state()
                .orElseThrow(() -> new ConversionException(
                        "the run in " + run + " has no checkpoint that is whole: " + latest.skipped()));
        var passedOver = latest.skipped().stream()
                .map(skipped -> skipped.directory() + " was passed over: "
                        + skipped.reason().getMessage())
                .toList();
        return run(state, passedOver);
    }

    private static Opened run(StoredState state, List<String> remarks) throws IOException {
        var checkpoint = state.checkpoint();
        if (checkpoint.holdsAdapters()) {
            state.close();
            throw new ConversionException(checkpoint.directory() + ": " + Adapter.isNoModel(checkpoint.directory()));
        }
        return new Opened(
                "checkpoint of step " + checkpoint.step() + " of a run",
                checkpoint.directory(),
                new StateSource(state, remarks));
    }

    private static Opened model(Path directory, Optional<Path> config) throws IOException {
        if (Files.exists(directory.resolve("model.safetensors"))
                || Files.exists(directory.resolve("model.safetensors.index.json"))) {
            return new Opened("Hugging Face safetensors", directory, CheckpointSource.open(directory));
        }
        if (TorchCheckpoint.isOne(directory)) {
            return new Opened("Hugging Face .bin", directory, TorchCheckpoint.open(directory));
        }
        if (MtjCheckpoint.isOne(directory)) {
            var checkpoint = MtjCheckpoint.open(directory, config);
            return new Opened(
                    "mesh-transformer-jax checkpoint, %d shards, %s"
                            .formatted(
                                    checkpoint.shards(),
                                    hasMoments(checkpoint) ? "with the optimiser's state" : "slim"),
                    directory,
                    checkpoint);
        }
        throw new ConversionException(directory + " holds no model: there is neither model.safetensors, nor"
                + " pytorch_model.bin, nor an index of either, nor meta.json or shard_0 of mesh-transformer-jax, nor"
                + " manifest.json of a run's checkpoint");
    }

    static boolean hasMoments(ModelSource source) {
        return source.tensors().keySet().stream().anyMatch(tensor -> tensor.kind() != Kind.PARAMETER);
    }
}
