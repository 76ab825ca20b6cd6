package io.meshtransformer.xla.plan;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.xla.XlaEngine;
import io.meshtransformer.xla.XlaEngineOptions;
import io.meshtransformer.xla.program.CacheShape;
import io.meshtransformer.xla.program.DeviceMesh;
import io.meshtransformer.xla.program.GptjPrograms;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Plans what serves a GPT-J: the decode step and the prefill of a replica, as {@link XlaEngine} runs them; replicas have
 * nothing to do with each other. Both hold the same weights and caches, and are planned with every sequence full.
 */
public final class ServingPlanner {
    private static final String TPU = "tpu";

    /** Finer than this a batch is not searched: what chips compute at once. */
    private static final int BATCH_STEP = 8;

    private static final int LARGEST_SEARCH = 3;

    private final Planner planner;
    private final GptjConfig config;
    private final ElementType compute;
    private final int context;
    private final Progress progress;

    /**
     * How a model is spread.
     *
     * @param dp replicas
     * @param mp devices of a replica
     * @param batch sequences of a replica
     */
    public record Layout(int dp, int mp, int batch) {}

    /** Is told what is compiled now, for a search takes minutes. */
    @FunctionalInterface
    public interface Progress {
        void compiling(String program, Layout layout);
    }

    /** @param context tokens of a sequence that the caches have room for */
    public ServingPlanner(Planner planner, GptjConfig config, ElementType compute, int context, Progress progress) {
        this.planner = planner;
        this.config = config;
        this.compute = compute;
        this.context = context;
        this.progress = progress;
    }

    /**
     * The programs of a layout, the decode step first.
     *
     * @throws IllegalArgumentException if the model can't be cut so
     */
    public List<Plan> plan(Layout layout) {
        return List.of(decode(layout), prefill(layout));
    }

    /**
     * What would fit instead of a layout that does not: the largest batch that was found, and the next larger mp that
     * can hold the same batch. Compiles at most a dozen programs.
     */
    public List<Layout> alternatives(Layout layout) {
        var found = new ArrayList<Layout>();
        smallerBatch(layout).ifPresent(found::add);
        largerMp(layout).ifPresent(found::add);
        return found;
    }

    private Plan decode(Layout layout) {
        var cache = cache(layout);
        progress.compiling("decode", layout);
        return planner.plan(programs(layout.mp()).decode(cache).program(), cache.tokens() / cache.block());
    }

    private Plan prefill(Layout layout) {
        var cache = cache(layout);
        var window = Math.min(XlaEngineOptions.defaults(TPU).window(), cache.block());
        progress.compiling("prefill", layout);
        return planner.plan(programs(layout.mp()).prefill(cache, window).program(), cache.tokens() / cache.block());
    }

    private Optional<Layout> smallerBatch(Layout layout) {
        var tooLarge = layout.batch();
        var fitting = layout.batch() / 2;
        while (fitting > 0 && !fits(with(layout, fitting))) {
            tooLarge = fitting;
            fitting /= 2;
        }
        if (fitting == 0) {
            return Optional.empty();
        }
        for (var tries = 0; tries < LARGEST_SEARCH; tries++) {
            var between = (fitting + tooLarge) / 2 / BATCH_STEP * BATCH_STEP;
            if (between <= fitting) {
                break;
            }
            if (fits(with(layout, between))) {
                fitting = between;
            } else {
                tooLarge = between;
            }
        }
        return Optional.of(with(layout, fitting));
    }

    private Optional<Layout> largerMp(Layout layout) {
        var devices = planner.topology().devices();
        for (var mp = layout.mp() + 1; mp <= Math.min(devices, config.heads()); mp++) {
            var wider = new Layout(devices / mp, mp, layout.batch());
            if (devices % mp == 0 && canBeCut(mp) && fits(wider)) {
                return Optional.of(wider);
            }
        }
        return Optional.empty();
    }

    private boolean canBeCut(int mp) {
        return config.heads() % mp == 0 && config.feedForwardWidth() % mp == 0;
    }

    /** Where the arguments alone are too much, nothing has to be compiled. */
    private boolean fits(Layout layout) {
        var program = programs(layout.mp()).decode(cache(layout)).program();
        return Planner.argumentBytes(program) <= planner.memory()
                && decode(layout).fits()
                && prefill(layout).fits();
    }

    private static Layout with(Layout layout, int batch) {
        return new Layout(layout.dp(), layout.mp(), batch);
    }

    private GptjPrograms programs(int mp) {
        return new GptjPrograms(config, new DeviceMesh(1, mp), compute);
    }

    private CacheShape cache(Layout layout) {
        var block = Math.min(CacheShape.of(config, layout.batch()).block(), Integer.highestOneBit(context));
        return new CacheShape(layout.batch(), Math.ceilDiv(context, block) * block, block);
    }
}
