package io.meshtransformer.vector;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.gptj.Checkpoint;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.engine.Chunk;
import io.meshtransformer.gptj.engine.EngineLimits;
import io.meshtransformer.gptj.engine.InferenceEngine;
import io.meshtransformer.gptj.engine.LoadProgress;
import io.meshtransformer.gptj.engine.Logits;
import io.meshtransformer.gptj.engine.StepCheck;
import io.meshtransformer.vector.kernel.VectorWidth;
import java.io.IOException;
import java.util.List;

/**
 * GPT-J on CPUs with the Java Vector API. Needs {@code --add-modules jdk.incubator.vector}.
 *
 * <p>A logit is the same bit for bit at every vector width, number of threads, batch and chunking: each output of a
 * matrix is one chain of fused multiply-adds, and every other sum has a fixed order too.
 */
public final class VectorEngine implements InferenceEngine {
    private final GptjConfig config;
    private final EngineLimits limits;
    private final KvCache cache;
    private final Workers workers;
    private final Activations state;
    private final ForwardPass forwardPass;

    private VectorEngine(
            GptjConfig config,
            EngineLimits limits,
            KvCache cache,
            Workers workers,
            Activations state,
            ForwardPass forwardPass) {
        this.config = config;
        this.limits = limits;
        this.cache = cache;
        this.workers = workers;
        this.state = state;
        this.forwardPass = forwardPass;
    }

    /**
     * Loads a checkpoint's weights, which is not needed afterwards.
     *
     * @throws IllegalArgumentException if the model or the options ask for arrays beyond Java's limit
     * @throws IOException if the checkpoint cannot be read
     */
    public static VectorEngine load(Checkpoint checkpoint, VectorEngineOptions options, LoadProgress progress)
            throws IOException {
        requireNonNull(options, "options is null");
        return load(
                checkpoint,
                options,
                progress,
                VectorWidth.preferred(),
                new Workers(options.threads(), Workers.SERIAL_WORK));
    }

    /** The engine closes the workers, also if it cannot be made. */
    static VectorEngine load(
            Checkpoint checkpoint,
            VectorEngineOptions options,
            LoadProgress progress,
            VectorWidth width,
            Workers workers)
            throws IOException {
        try {
            requireNonNull(checkpoint, "checkpoint is null");
            requireNonNull(progress, "progress is null");
            var config = checkpoint.config();
            var kernels = width.kernels();
            var cache = new KvCache(config, options.slots(), options.kvTokens());
            var state = new Activations(config, options);
            WarmUp.run(kernels, options.format(), cache.paddedHeadWidth());
            var weights = new WeightLoader(checkpoint, options.format(), kernels, progress).load(workers);
            var limits = new EngineLimits(
                    options.slots(),
                    config.contextLength(),
                    cache.tokens(),
                    KvCache.BLOCK_TOKENS,
                    options.stepTokens(),
                    options.stepLogits());
            var forwardPass = new ForwardPass(config, weights, kernels, workers, state, cache);
            return new VectorEngine(config, limits, cache, workers, state, forwardPass);
        } catch (Throwable e) {
            workers.close();
            throw e;
        }
    }

    @Override
    public GptjConfig config() {
        return config;
    }

    @Override
    public EngineLimits limits() {
        return limits;
    }

    @Override
    public int open() {
        return cache.open();
    }

    @Override
    public int fork(int slot, int length) {
        return cache.fork(slot, length);
    }

    @Override
    public int length(int slot) {
        return cache.sequence(slot).length();
    }

    @Override
    public void truncate(int slot, int length) {
        cache.truncate(slot, length);
    }

    @Override
    public void free(int slot) {
        cache.free(slot);
    }

    @Override
    public int freeKvTokens() {
        return cache.freeTokens();
    }

    @Override
    public Logits step(List<Chunk> chunks) {
        StepCheck.check(this, chunks);
        cache.reserve(chunks);
        try {
            var rows = StepRows.of(chunks, cache);
            forwardPass.forward(rows);
            for (var chunk : chunks) {
                var sequence = cache.sequence(chunk.slot());
                sequence.length(sequence.length() + chunk.ids().length);
            }
            return logits(rows.logitRows().length);
        } catch (Throwable e) {
            for (var chunk : chunks) {
                cache.truncate(chunk.slot(), length(chunk.slot()));
            }
            throw e;
        }
    }

    /** Where the vocabulary is no multiple of a panel, rows move together. */
    private Logits logits(int rows) {
        var size = config.vocabularySize();
        if (size != state.logitStride) {
            for (var row = 1; row < rows; row++) {
                System.arraycopy(state.logits, row * state.logitStride, state.logits, row * size, size);
            }
        }
        return new Logits(state.logits, rows, size);
    }

    /** Shows the hidden states of the steps to come. */
    void trace(Trace trace) {
        forwardPass.trace(trace);
    }

    @Override
    public void close() {
        workers.close();
    }
}
