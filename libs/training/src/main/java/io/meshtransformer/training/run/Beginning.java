package io.meshtransformer.training.run;

import io.meshtransformer.gptj.Checkpoint;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.lora.AdaptedModel;
import io.meshtransformer.gptj.lora.FreshAdapters;
import io.meshtransformer.gptj.random.RandomState;
import io.meshtransformer.gptj.training.ModelState;
import io.meshtransformer.gptj.training.TrainingState;
import io.meshtransformer.training.checkpoint.CheckpointCatalog.Skipped;
import io.meshtransformer.training.checkpoint.CheckpointStore;
import io.meshtransformer.training.checkpoint.CommittedCheckpoint;
import io.meshtransformer.training.checkpoint.StoredState;
import java.io.IOException;
import java.util.List;

/**
 * What a run begins with: its newest checkpoint that is whole, or what its configuration says. Where adapters are trained,
 * the model that they belong to is read from where the configuration says each time: checkpoints don't hold it.
 *
 * @param skipped sentences on checkpoints that were there and could not be used
 */
record Beginning(TrainingState state, GptjConfig model, Progress progress, List<String> skipped) {

    static Beginning of(RunConfiguration configuration, CheckpointStore store) throws IOException {
        var latest = store.openLatestValid();
        var skipped = latest.skipped().stream().map(Beginning::sentence).toList();
        if (latest.state().isPresent()) {
            return resumed(configuration, latest.state().get(), skipped);
        }
        if (!skipped.isEmpty()) {
            throw new TrainingException.Mismatch("no checkpoint of the run is whole: " + String.join("; ", skipped));
        }
        var start = start(configuration);
        if (configuration.lora().isEmpty()) {
            return start;
        }
        var adapters = configuration.lora().get().options();
        return new Beginning(
                new FreshAdapters(start.state(), start.model(), adapters, configuration.seed()),
                start.model(),
                start.progress(),
                List.of());
    }

    private static String sentence(Skipped skipped) {
        return skipped.directory().getFileName() + " is not used: "
                + skipped.reason().getMessage();
    }

    private static Beginning resumed(RunConfiguration configuration, StoredState state, List<String> skipped)
            throws IOException {
        var progress = Progress.parse(state.checkpoint().manifest().cursor());
        if (configuration.lora().isEmpty()) {
            return new Beginning(state, state.config(), progress, skipped);
        }
        try {
            var base = start(configuration);
            if (!base.model().equals(state.config())) {
                base.state().close();
                throw new TrainingException.Mismatch(
                        "the model in " + configuration.start().path() + " is another than the one whose adapters "
                                + state.checkpoint().directory() + " holds");
            }
            return new Beginning(new AdaptedModel(base.state(), state), base.model(), progress, skipped);
        } catch (Throwable e) {
            state.close();
            throw e;
        }
    }

    private static Beginning start(RunConfiguration configuration) throws IOException {
        return switch (configuration.start()) {
            case RunConfiguration.Start.NewModel start -> {
                var model = GptjConfig.read(start.path());
                yield new Beginning(
                        new RandomState(model, configuration.seed()), model, Progress.beginning(0, 0), List.of());
            }
            case RunConfiguration.Start.Model start -> fromModel(start);
        };
    }

    /** A model of Hugging Face's layout, or a run's checkpoint, which is one too and has the optimiser's state beside it. */
    private static Beginning fromModel(RunConfiguration.Start.Model start) throws IOException {
        var checkpoint = CommittedCheckpoint.at(start.path());
        if (start.keepOptimiser() && checkpoint.isEmpty()) {
            throw new TrainingException.Mismatch("model.keep_optimiser is true, and " + start.path()
                    + " is a model without an optimiser's state; a run's checkpoint has it");
        }
        if (checkpoint.isPresent()) {
            checkpoint.get().verify();
        }
        var steps = checkpoint.map(CommittedCheckpoint::step).orElse(0L);
        var first = start.keepOptimiser() ? steps : 0;
        var scheduled = start.continueSchedule() ? steps : 0;
        var progress = Progress.beginning(first, scheduled - first);
        // Says what to do where it holds adapters.
        var model = Checkpoint.open(start.path());
        if (start.keepOptimiser()) {
            model.close();
            var state = checkpoint.orElseThrow().open();
            return new Beginning(state, state.config(), progress, List.of());
        }
        return new Beginning(new ModelState(model), model.config(), progress, List.of());
    }
}
