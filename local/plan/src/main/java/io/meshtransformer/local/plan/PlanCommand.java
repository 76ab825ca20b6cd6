package io.meshtransformer.local.plan;

import io.meshtransformer.pjrt.PjrtException;
import io.meshtransformer.pjrt.Plugin;
import io.meshtransformer.pjrt.plugin.Pip;
import io.meshtransformer.pjrt.plugin.PluginPackage;
import io.meshtransformer.pjrt.plugin.PluginStore;
import io.meshtransformer.pjrt.plugin.PluginStoreException;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.xla.plan.Plan;
import io.meshtransformer.xla.plan.PlanException;
import io.meshtransformer.xla.plan.Planner;
import io.meshtransformer.xla.plan.ServingPlanner;
import io.meshtransformer.xla.plan.ServingPlanner.Layout;
import io.meshtransformer.xla.plan.TpuTopology;
import io.meshtransformer.xla.plan.TrainingPlanner;
import io.meshtransformer.xla.program.DeviceMesh;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Says what a model needs on TPUs, on a machine without one. */
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description = {
            "Compiles a model's programs for a slice of TPUs and says what each device needs, whether it fits and how",
            "fast it can be at most. No TPU is needed, but the TPU plugin: mtj plugin install tpu.",
            "What does not fit says by how much, and what would. Exit code 1 then."
        },
        footer = {
            "",
            "Examples:",
            "  mtj plan --model gptj-6b --topology v3:8x16 --mp 8 --serve",
            "  mtj plan --model gptj-6b --topology v5e:2x4 --mp 8 --batch 96 --serve --json",
            "  mtj plan --model gptj-6b --topology v3:8x16 --mp 8 --train --mfu 0.4",
        })
public final class PlanCommand implements Callable<Integer> {
    private static final int SOFTWARE = CommandLine.ExitCode.SOFTWARE;
    private static final int MOST_SEQUENCES = 1 << 16;
    private static final int DECODED_SEQUENCES = 64;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "NAME-or-DIR",
            description = "gptj-6b, a model of models/, a directory with a config.json, or a config.json. No weights.")
    private String model;

    @Option(
            names = "--topology",
            required = true,
            paramLabel = "SLICE",
            description = "Kind and shape of the TPUs: v3:8x16, v5e:2x4. Kinds are v2, v3, v4, v5e, v5p, v6e, tpu7x; a"
                    + " kind alone lists its shapes.")
    private String topology;

    @Option(
            names = "--mp",
            paramLabel = "N",
            defaultValue = "1",
            description = "Devices that share one replica of the model. Default: ${DEFAULT-VALUE}")
    private int mp;

    @Option(names = "--dp", paramLabel = "N", description = "Replicas. Default: as many as there are devices for")
    private Integer dp;

    @Option(
            names = "--batch",
            paramLabel = "B",
            description = "Sequences of a replica: that it decodes at once, 64 by default, or of a micro-batch, 1 by"
                    + " default")
    private Integer batch;

    @Option(
            names = "--dtype",
            paramLabel = "TYPE",
            defaultValue = "bf16",
            description =
                    "What matrices are multiplied in, and served weights and caches kept in: bf16 or fp32. Default:"
                            + " ${DEFAULT-VALUE}")
    private String dtype;

    @Option(
            names = "--context",
            paramLabel = "N",
            description = "Tokens of a sequence, or that its cache has room for. Default: the model's")
    private Integer context;

    @Option(names = "--serve", description = "Plan serving: the decode step and the prefill.")
    private boolean serve;

    @Option(names = "--train", description = "Plan training: a step, and how long a run takes.")
    private boolean train;

    @Mixin
    private TrainingPlanOptions training;

    @Option(names = "--json", description = "Print one object instead of the table; sizes in bytes, times in seconds.")
    private boolean json;

    @Option(
            names = "--plugins",
            paramLabel = "DIR",
            description = "The cache of plugins. Default: $$MTJ_PLUGINS, else ~/.cache/mtj/plugins")
    private Path plugins;

    @Override
    public Integer call() {
        requireUsage(serve != train, "say what to plan: --serve or --train");
        training.problem().ifPresent(problem -> requireUsage(false, problem));
        requireUsage(mp >= 1, "--mp is " + mp + ": it must be at least 1");
        requireUsage(
                batch == null || batch >= 1 && batch <= MOST_SEQUENCES,
                "--batch is %d: it must be from 1 to %d".formatted(batch, MOST_SEQUENCES));
        requireUsage(dp == null || dp >= 1, "--dp is " + dp + ": it must be at least 1");
        var elements = elements();
        try {
            var found = ModelShape.find(model);
            var slice = TpuTopology.named(topology);
            var tokens = tokens(found);
            slice.requireDevices((long) mp * (dp == null ? 1 : dp));
            var replicas = dp == null ? slice.devices() / mp : dp;
            new DeviceMesh(replicas, mp).requireFits(found.config());
            try (var planner = Planner.of(Plugin.load(library()), slice, System::nanoTime)) {
                return train
                        ? train(planner, found, elements, tokens, replicas)
                        : serve(planner, found, elements, tokens, replicas);
            }
        } catch (PlanException | PluginStoreException | PjrtException | IllegalArgumentException e) {
            spec.commandLine().getErr().println("mtj: " + e.getMessage());
            return SOFTWARE;
        }
    }

    private int serve(Planner planner, ModelShape found, ElementType elements, int tokens, int replicas) {
        var layout = new Layout(replicas, mp, batch == null ? DECODED_SEQUENCES : batch);
        var serving = new ServingPlanner(planner, found.config(), elements, tokens, this::compiling);
        var plans = serving.plan(layout);
        var fits = plans.stream().allMatch(Plan::fits);
        var alternatives = fits ? List.<Layout>of() : serving.alternatives(layout);
        var report = new PlanReport(
                found.name(), planner.topology(), planner.memory(), dtype, tokens, layout, plans, fits, alternatives);
        return print(json ? PlanJson.text(report) : PlanTable.text(report), fits);
    }

    private int train(Planner planner, ModelShape found, ElementType elements, int tokens, int replicas) {
        var layout = new TrainingPlanner.Layout(replicas, mp, batch == null ? 1 : batch, training.accumulation());
        var trainer = new TrainingPlanner(planner, found.config(), elements, tokens);
        var plans = new ArrayList<TrainingReport.Sharded>();
        for (var sharding : training.shardings()) {
            say("compiling train_step: dp %d x mp %d, %s"
                    .formatted(layout.dp(), mp, TrainingPlanOptions.name(sharding)));
            plans.add(new TrainingReport.Sharded(sharding, trainer.plan(layout, sharding)));
        }
        var report = new TrainingReport(
                found.name(),
                planner.topology(),
                planner.memory(),
                dtype,
                tokens,
                layout,
                plans,
                trainer.estimate(layout),
                training.mfu(),
                training.tokens());
        return print(json ? PlanJson.text(report) : TrainingTable.text(report), report.fits());
    }

    private int print(String text, boolean fits) {
        spec.commandLine().getOut().println(text);
        spec.commandLine().getOut().flush();
        return fits ? CommandLine.ExitCode.OK : SOFTWARE;
    }

    private Path library() {
        var store = plugins == null ? PluginStore.ofUser() : new PluginStore(plugins, Pip.onPath());
        return store.require(PluginPackage.TPU);
    }

    private void compiling(String program, Layout layout) {
        say("compiling %s: dp %d x mp %d, %d sequences a replica"
                .formatted(program, layout.dp(), layout.mp(), layout.batch()));
    }

    private void say(String line) {
        spec.commandLine().getErr().println(line);
        spec.commandLine().getErr().flush();
    }

    private ElementType elements() {
        return switch (dtype.toLowerCase(Locale.ROOT)) {
            case "bf16" -> ElementType.BF16;
            case "fp32" -> ElementType.F32;
            default ->
                throw new ParameterException(spec.commandLine(), "--dtype is '" + dtype + "': there are bf16 and fp32");
        };
    }

    private int tokens(ModelShape found) {
        var most = found.config().contextLength();
        requireUsage(
                context == null || context >= 1 && context <= most,
                "--context is %d: %s has room for 1 to %d tokens".formatted(context, found.name(), most));
        return context == null ? most : context;
    }

    private void requireUsage(boolean condition, String message) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }
}
