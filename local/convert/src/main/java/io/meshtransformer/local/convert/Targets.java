package io.meshtransformer.local.convert;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshtransformer.files.DurableFiles;
import io.meshtransformer.gptj.CheckpointWriter;
import io.meshtransformer.gptj.mtj.MtjCheckpoint;
import io.meshtransformer.gptj.mtj.MtjWriter;
import io.meshtransformer.gptj.safetensors.DataType;
import io.meshtransformer.gptj.safetensors.Shape;
import io.meshtransformer.gptj.source.CheckpointSource;
import io.meshtransformer.gptj.source.CopyProgress;
import io.meshtransformer.gptj.source.ModelSource;
import io.meshtransformer.gptj.training.StateTensor;
import io.meshtransformer.gptj.training.TrainingState;
import io.meshtransformer.training.checkpoint.CheckpointInfo;
import io.meshtransformer.training.checkpoint.CheckpointStore;
import io.meshtransformer.training.checkpoint.CommittedCheckpoint;
import io.meshtransformer.training.checkpoint.RetentionRule;
import io.meshtransformer.training.run.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;

/** Writes each layout into an empty directory, and opens what was written. */
final class Targets {
    private static final int MOST_ELEMENTS = 1 << 22;

    private Targets() {}

    static ModelSource open(Layout layout, Path directory) throws IOException {
        return switch (layout) {
            case HF -> CheckpointSource.open(directory);
            case MTJ -> MtjCheckpoint.open(directory, Optional.empty());
            case TRAIN ->
                new StateSource(CommittedCheckpoint.at(directory).orElseThrow().open(), List.of());
        };
    }

    static void writeModel(
            ModelSource source, Path directory, DataType type, List<Path> companions, CopyProgress progress)
            throws IOException {
        var total =
                source.tensors().values().stream().mapToLong(Shape::elements).sum() * type.bytes();
        var done = 0L;
        try (var writer = CheckpointWriter.create(directory, source.config(), type)) {
            for (var entry : source.tensors().entrySet()) {
                var rows = ModelSource.rows(entry.getValue());
                var columns = (int) ModelSource.columns(entry.getValue());
                var most = Math.clamp(MOST_ELEMENTS / columns, 1, rows);
                var values = new float[(int) most * columns];
                for (var row = 0L; row < rows; row += most) {
                    var part = (int) Math.min(most, rows - row);
                    source.readRectangle(entry.getKey(), row, part, 0, columns, values, 0);
                    writer.write(entry.getKey().name(), row * columns, values, 0, part * columns);
                    done += (long) part * columns * type.bytes();
                    progress.copied(done, total);
                }
            }
            writer.complete();
        }
        for (var companion : companions) {
            try (var content = Files.newInputStream(companion)) {
                DurableFiles.copy(content, directory.resolve(companion.getFileName()), _ -> {});
            }
        }
    }

    static void writeMtj(ModelSource source, Path directory, int shards, DataType type, CopyProgress progress)
            throws IOException {
        MtjWriter.write(source, directory, shards, type, progress);
    }

    /** A store of its own writes it; of that only the checkpoint is kept. */
    static void writeTraining(ModelSource source, Path directory, List<Path> companions, CopyProgress progress)
            throws IOException {
        var info = new CheckpointInfo(
                source.config(),
                companions,
                Progress.beginning(source.step(), 0).toJson(),
                JsonNodeFactory.instance.objectNode(),
                OptionalDouble.empty());
        try (var store =
                CheckpointStore.open(directory.resolve("checkpoints"), RetentionRule.DEFAULT, InstantSource.system())) {
            var checkpoint = store.commit(new WatchedState(source, progress), info);
            try (var files = Files.list(checkpoint.directory())) {
                for (var file : files.toList()) {
                    Files.move(file, directory.resolve(file.getFileName()));
                }
            }
        }
        DurableFiles.deleteTree(directory.resolve("checkpoints"));
    }

    /** Tells how much of a state was read. */
    private static final class WatchedState implements TrainingState {
        private final ModelSource source;
        private final CopyProgress progress;
        private final long total;
        private long done;

        WatchedState(ModelSource source, CopyProgress progress) {
            this.source = source;
            this.progress = progress;
            this.total = source.tensors().values().stream()
                            .mapToLong(Shape::elements)
                            .sum()
                    * Float.BYTES;
        }

        @Override
        public long step() {
            return source.step();
        }

        @Override
        public SequencedMap<StateTensor, Shape> tensors() {
            return source.tensors();
        }

        @Override
        public void read(StateTensor tensor, long offset, float[] values, int from, int count) throws IOException {
            source.read(tensor, offset, values, from, count);
            // The embedding is read twice where it has a bias.
            done = Math.min(total, done + (long) count * Float.BYTES);
            progress.copied(done, total);
        }

        @Override
        public void close() {}
    }
}
