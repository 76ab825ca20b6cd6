package io.meshtransformer.inference.engine;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.gptj.Checkpoint;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.inference.text.IdsOnly;
import io.meshtransformer.inference.text.TokenTexts;
import io.meshtransformer.inference.text.TokenizerTexts;
import io.meshtransformer.tokenizer.Tokenizer;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.IntFunction;

/** Makes a model directory ready to serve, in two parts: what is quickly seen to be wrong, and what takes time. */
public final class ModelLoader implements AutoCloseable {

    private static final Logger LOG = System.getLogger(ModelLoader.class.getName());

    private final Checkpoint checkpoint;
    private final Optional<Tokenizer> tokenizer;
    private final EngineFactory factory;
    private final EngineSettings settings;
    private final Duration warmUp;

    private ModelLoader(
            Checkpoint checkpoint,
            Optional<Tokenizer> tokenizer,
            EngineFactory factory,
            EngineSettings settings,
            Duration warmUp) {
        this.checkpoint = checkpoint;
        this.tokenizer = tokenizer;
        this.factory = factory;
        this.settings = settings;
        this.warmUp = warmUp;
    }

    /**
     * Reads all but the weights, and checks that these are whole.
     *
     * @param warmUp how long the engine runs for nothing
     * @throws IllegalArgumentException if model, tokenizer or settings are no good; the message says why
     * @throws IOException if a file cannot be read
     */
    public static ModelLoader open(Path directory, EngineFactory factory, EngineSettings settings, Duration warmUp)
            throws IOException {
        return open(directory, factory, _ -> settings, warmUp);
    }

    /** The same with settings that depend on the model's context length. */
    public static ModelLoader open(
            Path directory, EngineFactory factory, IntFunction<EngineSettings> settingsOfContext, Duration warmUp)
            throws IOException {
        requireNonNull(directory, "directory is null");
        var tokenizer = Tokenizer.load(directory);
        var checkpoint = Checkpoint.open(directory);
        var settings = settingsOfContext.apply(checkpoint.config().contextLength());
        try {
            factory.check(checkpoint.config(), settings);
        } catch (RuntimeException refused) {
            checkpoint.close();
            throw refused;
        }
        return new ModelLoader(checkpoint, tokenizer, factory, settings, warmUp);
    }

    public GptjConfig config() {
        return checkpoint.config();
    }

    /**
     * Makes sure that the model finds memory, so that what is served already keeps its own.
     *
     * @throws IllegalArgumentException if it doesn't; the message has both numbers
     */
    public void requireHeap() {
        Heap.require(factory.heapBytes(checkpoint, settings));
    }

    public LoadedModel load() throws IOException {
        var start = System.nanoTime();
        LOG.log(Level.INFO, "loading {0} into the engine ''{1}''", checkpoint.directory(), factory.name());
        var engine =
                ComputeThreads.call(() -> factory.load(checkpoint, settings, new LoadReport(checkpoint.fileBytes())));
        var loaded = System.nanoTime();
        WarmUp.run(engine, warmUp);
        LOG.log(
                Level.INFO,
                "loaded in {0} s, warmed up in {1} s; {2}",
                seconds(loaded - start),
                seconds(System.nanoTime() - loaded),
                engine.limits());
        var vocabularySize = engine.config().vocabularySize();
        return new LoadedModel(
                engine,
                tokenizer
                        .<TokenTexts>map(found -> new TokenizerTexts(found, vocabularySize))
                        .orElseGet(() -> new IdsOnly(vocabularySize)),
                new Provenance(
                        factory.label(settings), settings.format(checkpoint).toString(), checkpoint.modelFiles()));
    }

    private static double seconds(long nanos) {
        return Math.round(nanos / 1e7) / 100.0;
    }

    @Override
    public void close() throws IOException {
        checkpoint.close();
    }
}
