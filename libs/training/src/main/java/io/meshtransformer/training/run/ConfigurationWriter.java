package io.meshtransformer.training.run;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/** A configuration under the keys that {@link ConfigurationReader} reads. */
final class ConfigurationWriter {
    private ConfigurationWriter() {}

    static ObjectNode write(RunConfiguration run) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("name", run.name());
        var model = json.putObject("model");
        switch (run.start()) {
            case RunConfiguration.Start.NewModel start ->
                model.put("config", start.path().toString());
            case RunConfiguration.Start.Model start ->
                model.put("from", start.path().toString())
                        .put("keep_optimiser", start.keepOptimiser())
                        .put("continue_schedule", start.continueSchedule());
        }
        json.put("tokenizer", run.tokenizer().toString());
        json.put("seed", run.seed());
        var data = json.putObject("data").put("train", run.trainingData().toString());
        var validation = data.putObject("validation");
        run.validation().forEach((name, path) -> validation.put(name, path.toString()));
        json.put("batch", run.shape().batch());
        json.put("accumulation", run.shape().accumulation());
        json.put("sequence", run.shape().sequence());
        json.put("steps", run.steps());
        json.putObject("optimiser")
                .put("clip_norm", run.optimiser().clipNorm())
                .put("beta1", run.optimiser().beta1())
                .put("beta2", run.optimiser().beta2())
                .put("epsilon", run.optimiser().epsilon())
                .put("weight_decay", run.optimiser().weightDecay())
                .put("z_loss", run.optimiser().zLoss())
                .put("bias_copies", run.optimiser().biasCopies());
        json.putObject("learning_rate")
                .put("warmup_steps", run.learningRate().warmupSteps())
                .put("anneal_steps", run.learningRate().annealSteps())
                .put("peak", run.learningRate().peak())
                .put("end", run.learningRate().end());
        run.lora().ifPresent(lora -> {
            var targets = json.putObject("lora").put("rank", lora.rank()).put("alpha", lora.alpha());
            lora.targets().forEach(targets.putArray("targets")::add);
        });
        json.putObject("devices")
                .put("plugin", run.devices().plugin())
                .put("dp", run.devices().dp())
                .put("mp", run.devices().mp())
                .put("compute", run.devices().compute())
                .put("sharding", run.devices().sharding().name().toLowerCase(Locale.ROOT))
                .put("rematerialise", run.devices().rematerialise());
        json.putObject("validate")
                .put("every", run.validate().every())
                .put("windows", run.validate().windows());
        json.putObject("checkpoints")
                .put("every", run.checkpoints().every())
                .put("keep_last", run.checkpoints().keepLast())
                .put("keep_every", run.checkpoints().keepEvery())
                .put("keep_best", run.checkpoints().keepBest());
        run.evaluate().forEach(json.putArray("evaluate")::add);
        launch(json.putObject("launch"), run.launch());
        return json;
    }

    private static void launch(ObjectNode json, RunConfiguration.Launch launch) {
        json.put("on", launch.on());
        if (launch.on().equals(RunConfiguration.Launch.KUBERNETES)) {
            json.put("accelerator", launch.accelerator()).put("topology", launch.topology());
        }
        json.put("hosts", launch.hosts());
    }
}
