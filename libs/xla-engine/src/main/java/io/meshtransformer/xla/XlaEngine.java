package io.meshtransformer.xla;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.gptj.Checkpoint;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.engine.Chunk;
import io.meshtransformer.gptj.engine.EngineLimits;
import io.meshtransformer.gptj.engine.InferenceEngine;
import io.meshtransformer.gptj.engine.LoadProgress;
import io.meshtransformer.gptj.engine.Logits;
import io.meshtransformer.gptj.engine.StepCheck;
import io.meshtransformer.pjrt.Buffer;
import io.meshtransformer.xla.LogitsReader.Wanted;
import io.meshtransformer.xla.runtime.Devices;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * GPT-J on whatever XLA compiles for. Programs have fixed shapes: prompts are read in windows of one sequence, generated
 * tokens for all slots at once. Weights and KV cache stay on the devices.
 *
 * <p>A token of a prompt is always at the row of its position in a window, and a generated token at the row of its slot,
 * so a logit does not depend on neighbours or on where a prompt was cut. What is generated gets the same logits as what
 * is prompted, but for rounding.
 */
public final class XlaEngine implements InferenceEngine {
    private final GptjConfig config;
    private final Devices devices;
    private final List<Replica> replicas;
    private final Slots slots;
    private final EngineLimits limits;
    private final LogitsReader reader;

    XlaEngine(
            GptjConfig config, Devices devices, List<Replica> replicas, XlaEngineOptions options, int vocabularyParts) {
        this.config = config;
        this.devices = devices;
        this.replicas = List.copyOf(replicas);
        this.slots = new Slots(replicas.size(), replicas.getFirst().shape().slots());
        this.limits = new EngineLimits(
                slots.count(),
                config.contextLength(),
                Math.multiplyExact(slots.count(), config.contextLength()),
                config.contextLength(),
                options.stepTokens(),
                options.stepLogits());
        this.reader = new LogitsReader(config.vocabularySize(), vocabularyParts);
    }

    /**
     * Loads a checkpoint, which is not needed afterwards, and compiles all programs, or takes them from the cache, and
     * runs each once.
     *
     * @throws IllegalArgumentException if the options do not fit model or platform
     * @throws io.meshtransformer.pjrt.plugin.PluginStoreException if the plugin is not installed
     * @throws io.meshtransformer.pjrt.PjrtException if the platform refuses, for lack of memory for example
     * @throws IOException if the checkpoint cannot be read
     */
    public static XlaEngine load(Checkpoint checkpoint, XlaEngineOptions options, LoadProgress progress)
            throws IOException {
        requireNonNull(checkpoint, "checkpoint is null");
        requireNonNull(options, "options is null");
        return new EngineLoader(checkpoint, options, progress).load();
    }

    @Override
    public GptjConfig config() {
        return config;
    }

    @Override
    public EngineLimits limits() {
        return limits;
    }

    /** What it computes on. */
    public Devices devices() {
        return devices;
    }

    @Override
    public int open() {
        return slots.open();
    }

    @Override
    public int fork(int slot, int length) {
        slots.requireWithin(slot, length);
        var fork = slots.openBeside(slot);
        if (length > 0) {
            var from = replicas.get(slots.replica(slot));
            if (slots.replica(slot) == slots.replica(fork)) {
                from.fork(slots.local(slot), slots.local(fork));
            } else {
                from.fork(slots.local(slot), replicas.get(slots.replica(fork)), slots.local(fork));
            }
        }
        slots.setLength(fork, length);
        return fork;
    }

    @Override
    public int length(int slot) {
        return slots.length(slot);
    }

    @Override
    public void truncate(int slot, int length) {
        slots.requireWithin(slot, length);
        slots.setLength(slot, length);
    }

    @Override
    public void free(int slot) {
        slots.close(slot);
    }

    @Override
    public int freeKvTokens() {
        return slots.free() * config.contextLength();
    }

    @Override
    public Logits step(List<Chunk> chunks) {
        StepCheck.check(this, chunks);
        try {
            start(chunks);
            var logits =
                    reader.finish(chunks.stream().mapToInt(Chunk::logitRows).sum());
            replicas.forEach(Replica::await);
            for (var chunk : chunks) {
                slots.setLength(chunk.slot(), slots.length(chunk.slot()) + chunk.ids().length);
            }
            return logits;
        } finally {
            reader.reset();
        }
    }

    private void start(List<Chunk> chunks) {
        var decodes = new ArrayList<DecodeBatch>();
        replicas.forEach(replica -> decodes.add(new DecodeBatch(replica.shape().slots())));
        var prefills = new ArrayList<Runnable>();
        var row = 0;
        for (var chunk : chunks) {
            var firstRow = row;
            if (chunk.generated()) {
                decodes.get(slots.replica(chunk.slot()))
                        .add(slots.local(chunk.slot()), slots.length(chunk.slot()), chunk, firstRow);
            } else {
                prefills.add(() -> prefill(chunk, firstRow));
            }
            row += chunk.logitRows();
        }
        for (var index = 0; index < replicas.size(); index++) {
            decodes.get(index).run(replicas.get(index), reader);
        }
        prefills.forEach(Runnable::run);
    }

    /** Reads a chunk window by window; those that begin or end inside one leave its other rows alone. */
    private void prefill(Chunk chunk, int firstRow) {
        var replica = replicas.get(slots.replica(chunk.slot()));
        var window = replica.window();
        var begin = slots.length(chunk.slot());
        var end = begin + chunk.ids().length;
        for (var start = begin / window * window; start < end; start += window) {
            var from = Math.max(start, begin);
            var to = Math.min(start + window, end);
            var ids = new int[window];
            System.arraycopy(chunk.ids(), from - begin, ids, from - start, to - from);
            var normal = replica.prefill(slots.local(chunk.slot()), start, from - start, ids);
            var wanted = new ArrayList<Wanted>();
            for (var position = Math.max(from, begin + chunk.firstLogit()); position < to; position++) {
                wanted.add(new Wanted(position - start, firstRow + position - begin - chunk.firstLogit()));
            }
            if (wanted.isEmpty()) {
                normal.forEach(Buffer::close);
            } else {
                reader.read(replica, false, replica.head(normal), window, wanted);
            }
        }
    }

    @Override
    public void close() {
        reader.close();
        devices.close();
    }
}
