package io.meshtransformer.training.checkpoint;

import io.meshtransformer.gptj.Checkpoint;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.GptjTensors;
import io.meshtransformer.gptj.lora.Adapter;
import io.meshtransformer.gptj.safetensors.SafetensorsFile;
import io.meshtransformer.gptj.safetensors.Shape;
import java.io.Closeable;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** The parameters of a checkpoint: a model's weights, or the adapters that were trained in their place. */
sealed interface StoredWeights extends Closeable {
    GptjConfig config();

    SequencedMap<String, Shape> shapes();

    void read(String name, long offset, float[] values, int from, int count) throws IOException;

    static StoredWeights open(CommittedCheckpoint checkpoint) throws IOException {
        var directory = checkpoint.directory();
        return checkpoint.holdsAdapters()
                ? new OfAdapters(
                        GptjConfig.read(directory.resolve("config.json")),
                        SafetensorsFile.open(directory.resolve(Adapter.WEIGHTS)))
                : new OfModel(Checkpoint.open(directory));
    }

    record OfModel(Checkpoint model) implements StoredWeights {
        @Override
        public GptjConfig config() {
            return model.config();
        }

        @Override
        public SequencedMap<String, Shape> shapes() {
            return GptjTensors.shapes(model.config());
        }

        @Override
        public void read(String name, long offset, float[] values, int from, int count) throws IOException {
            model.read(name, offset, values, from, count);
        }

        @Override
        public void close() throws IOException {
            model.close();
        }
    }

    /** @param config of the base */
    record OfAdapters(GptjConfig config, SafetensorsFile file) implements StoredWeights {
        @Override
        public SequencedMap<String, Shape> shapes() {
            var shapes = new LinkedHashMap<String, Shape>();
            file.entries().values().forEach(entry -> shapes.put(entry.name(), entry.shape()));
            return shapes;
        }

        @Override
        public void read(String name, long offset, float[] values, int from, int count) throws IOException {
            file.read(name, offset, values, from, count);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
