package io.meshtransformer.training.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshtransformer.gptj.training.LearningRateSchedule;
import io.meshtransformer.gptj.training.OptimiserOptions;
import io.meshtransformer.gptj.training.TrainingShape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Reads a run's configuration as a tree and gathers every problem before it reports. */
final class ConfigurationReader {
    static final List<String> LORA_TARGETS = List.of("q_proj", "k_proj", "v_proj", "out_proj");

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
    private static final int MOST = Integer.MAX_VALUE;
    private static final int MOST_RANK = 1 << 16;
    private static final OptimiserOptions DEFAULT = OptimiserOptions.DEFAULT;

    private final List<String> problems = new ArrayList<>();
    private final Section root;
    private final Path folder;

    ConfigurationReader(JsonNode json, Path folder) {
        this.root = Section.root(json, problems);
        this.folder = folder;
    }

    RunConfiguration read() {
        var name = root.requiredText("name");
        if (!name.isEmpty() && !NAME.matcher(name).matches()) {
            root.problem(
                    "name",
                    "is '" + name + "', it must be 1 to 63 of a-z, 0-9, '.', '_', '-', a letter or digit first");
        }
        var start = start();
        var tokenizer = root.path("tokenizer", folder);
        var seed = root.whole("seed", 0, Long.MIN_VALUE, Long.MAX_VALUE);
        var data = root.section("data");
        var training = data.path("train", folder);
        var validation = data.paths("validation", folder);
        data.requireNothingElse();
        var devices = devices();
        var shape = new TrainingShape(
                (int) root.requiredWhole("batch", 1, MOST), (int) root.whole("accumulation", 1, 1, MOST), (int)
                        root.requiredWhole("sequence", 1, MOST));
        if (shape.batch() % devices.dp() != 0) {
            root.problem("batch", "is " + shape.batch() + ", devices.dp is " + devices.dp() + " and must divide it");
        }
        var steps = root.requiredWhole("steps", 1, Long.MAX_VALUE);
        var optimiser = optimiser();
        var learningRate = learningRate();
        var lora = lora(start);
        var validate = validate();
        var checkpoints = checkpoints();
        var evaluate = root.texts("evaluate");
        var launch = launch();
        root.requireNothingElse();
        if (!problems.isEmpty()) {
            throw new InvalidConfigurationException(problems);
        }
        return new RunConfiguration(
                name,
                start,
                tokenizer,
                seed,
                training,
                validation,
                shape,
                steps,
                optimiser,
                learningRate,
                lora,
                devices,
                validate,
                checkpoints,
                evaluate,
                launch);
    }

    private RunConfiguration.Start start() {
        var model = root.section("model");
        var isNew = model.has("config");
        if (isNew == model.has("from")) {
            model.problem(
                    "config", "makes a new model, model.from goes on with one: exactly one of them must be there");
        }
        RunConfiguration.Start start = isNew || !model.has("from")
                ? new RunConfiguration.Start.NewModel(isNew ? model.path("config", folder) : folder)
                : new RunConfiguration.Start.Model(
                        model.path("from", folder),
                        model.flag("keep_optimiser", false),
                        model.flag("continue_schedule", false));
        model.requireNothingElse();
        return start;
    }

    private RunConfiguration.DeviceOptions devices() {
        var section = root.section("devices");
        var dp = (int) section.whole("dp", 1, 1, MOST);
        var sharding = section.choice("sharding", dp > 1 ? "zero1" : "plain", List.of("plain", "zero1", "fsdp"));
        var options = new RunConfiguration.DeviceOptions(
                section.text("plugin", "cpu"),
                dp,
                (int) section.whole("mp", 1, 1, MOST),
                section.choice("compute", "bf16", List.of("bf16", "fp32")),
                RunConfiguration.Sharding.valueOf(sharding.toUpperCase(Locale.ROOT)),
                section.flag("rematerialise", true));
        section.requireNothingElse();
        return options;
    }

    private OptimiserOptions optimiser() {
        var section = root.section("optimiser");
        var copies = (int) section.whole("bias_copies", DEFAULT.biasCopies(), 1, MOST);
        var clip = section.number("clip_norm").orElse(DEFAULT.clipNorm());
        var beta1 = section.number("beta1").orElse(DEFAULT.beta1());
        var beta2 = section.number("beta2").orElse(DEFAULT.beta2());
        var epsilon = section.number("epsilon").orElse(DEFAULT.epsilon());
        var decay = section.number("weight_decay").orElse(DEFAULT.weightDecay());
        var zLoss = section.number("z_loss").orElse(DEFAULT.zLoss());
        section.requireNothingElse();
        return valid(
                "optimiser", DEFAULT, () -> new OptimiserOptions(clip, beta1, beta2, epsilon, decay, zLoss, copies));
    }

    private LearningRateSchedule learningRate() {
        var section = root.section("learning_rate");
        var peak = section.number("peak");
        if (peak.isEmpty()) {
            section.problem("peak", "is missing");
        }
        var warmup = section.whole("warmup_steps", 0, 0, Long.MAX_VALUE);
        var anneal = section.whole("anneal_steps", 0, 0, Long.MAX_VALUE);
        var end = section.number("end").orElse(peak.orElse(0));
        section.requireNothingElse();
        var fallback = new LearningRateSchedule(0, 0, 0, 0);
        return valid("learning_rate", fallback, () -> new LearningRateSchedule(warmup, anneal, peak.orElse(0), end));
    }

    private <T> T valid(String key, T fallback, Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            root.problem(key, "has a " + e.getMessage());
            return fallback;
        }
    }

    private Optional<RunConfiguration.Lora> lora(RunConfiguration.Start start) {
        if (!root.has("lora")) {
            return Optional.empty();
        }
        var section = root.section("lora");
        var rank = (int) section.requiredWhole("rank", 1, MOST_RANK);
        var alpha = section.number("alpha").orElse(rank);
        if (!(alpha > 0) || Double.isInfinite(alpha)) {
            section.problem("alpha", "is " + alpha + ", it must be finite and above 0");
        }
        var targets = section.has("targets") ? section.texts("targets") : List.of("q_proj", "v_proj");
        for (var target : targets) {
            if (!LORA_TARGETS.contains(target)) {
                section.problem(
                        "targets", "holds '" + target + "', it must be some of " + String.join(", ", LORA_TARGETS));
            }
        }
        if (targets.isEmpty() || Set.copyOf(targets).size() < targets.size()) {
            section.problem("targets", "is " + targets + ", it must hold at least one, and each once");
        }
        if (start instanceof RunConfiguration.Start.Model model && model.keepOptimiser()) {
            root.problem("lora", "is there and model.keep_optimiser is true: new adapters have no moments to keep");
        }
        section.requireNothingElse();
        return Optional.of(new RunConfiguration.Lora(rank, alpha, targets));
    }

    private RunConfiguration.ValidationRule validate() {
        var section = root.section("validate");
        var rule = new RunConfiguration.ValidationRule(
                section.whole("every", 500, 1, Long.MAX_VALUE), (int) section.whole("windows", 0, 0, MOST));
        section.requireNothingElse();
        return rule;
    }

    private RunConfiguration.CheckpointRule checkpoints() {
        var section = root.section("checkpoints");
        var rule = new RunConfiguration.CheckpointRule(
                section.whole("every", 500, 1, Long.MAX_VALUE),
                (int) section.whole("keep_last", 3, 1, MOST),
                section.whole("keep_every", 0, 0, Long.MAX_VALUE),
                section.flag("keep_best", true));
        section.requireNothingElse();
        return rule;
    }

    private RunConfiguration.Launch launch() {
        var section = root.section("launch");
        var on = section.choice(
                "on",
                RunConfiguration.Launch.LOCAL,
                List.of(RunConfiguration.Launch.LOCAL, RunConfiguration.Launch.KUBERNETES));
        var remote = on.equals(RunConfiguration.Launch.KUBERNETES);
        var launch = new RunConfiguration.Launch(
                on,
                remote ? section.requiredText("accelerator") : section.text("accelerator", ""),
                remote ? section.requiredText("topology") : section.text("topology", ""),
                (int) section.whole("hosts", 1, 1, MOST));
        section.requireNothingElse();
        return launch;
    }
}
