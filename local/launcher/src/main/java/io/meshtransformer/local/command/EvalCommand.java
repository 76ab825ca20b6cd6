package io.meshtransformer.local.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshtransformer.embedded.Ports;
import io.meshtransformer.local.LauncherException;
import io.meshtransformer.local.client.EvaluationClient;
import io.meshtransformer.local.suite.RunningSuite;
import io.meshtransformer.local.suite.Suite;
import io.meshtransformer.local.suite.SuiteOptions;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Evaluates a model. */
@Command(
        name = "eval",
        mixinStandardHelpOptions = true,
        subcommands = {
            EvalListCommand.class,
            EvalShowCommand.class,
            EvalFollowCommand.class,
            EvalPauseCommand.class,
            EvalResumeCommand.class,
            EvalCancelCommand.class,
            EvalReceiptCommand.class,
            EvalVerifyCommand.class,
            EvalRebuildCommand.class,
            EvalTasksCommand.class,
            EvalFetchHelpCommand.class,
        },
        description = {
            "Evaluates a model on tasks, shows how it goes, and prints the table.",
            "What was answered once is not asked again. Ctrl-C cancels, and what was answered is kept: the same line with the",
            "same --name goes on, as 'mtj eval resume' does. Where no suite runs, one is started for the call and stopped",
            "after it."
        },
        footer = {
            "",
            "Examples:",
            "  mtj eval --model stories --tasks lambada_openai,piqa --limit 100",
            "  mtj eval --tasks piqa --protocol harness,mtj-2021 --data ~/evaluation-data",
            "  mtj eval list",
            "  mtj eval fetch-help piqa",
        })
public final class EvalCommand implements Callable<Integer> {
    private static final Set<String> STOPPED = Set.of("paused", "cancelled", "failed");

    @Spec
    private CommandSpec spec;

    @Mixin
    private HomeOption home;

    @Mixin
    private ModelOptions modelOptions;

    @Option(
            names = "--model",
            paramLabel = "NAME-or-DIR",
            description = {
                "The model, or a published checkpoint, RUN@STEP. Default: the model of the suite that runs, else",
                ModelOptions.DEFAULT_MODEL
            })
    private String model;

    @Option(
            names = "--tasks",
            paramLabel = "TASK",
            split = ",",
            description = "Tasks, separated by commas; 'mtj eval tasks' lists them.")
    private List<String> tasks = List.of();

    @Option(
            names = "--protocol",
            paramLabel = "PROTOCOL",
            split = ",",
            description = {
                "harness, as lm-evaluation-harness asks today, mtj-2021, as it was done for GPT-J's table of 2021, or",
                "both, separated by a comma. Default: harness"
            })
    private List<String> protocols = List.of();

    @Option(names = "--limit", paramLabel = "N", description = "Of each task the first N documents. Default: all")
    private Integer limit;

    @Option(
            names = "--few-shot",
            paramLabel = "N",
            description = "So many examples before each document. Default: what each task says, mostly 0")
    private Integer fewShot;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "What to call the evaluation. Default: the model and some digits")
    private String name;

    @Mixin
    private EvaluationFolderOptions folders;

    @Option(names = "--detach", description = "Return when it is accepted. A suite must run already.")
    private boolean detach;

    @Option(
            names = "--json",
            description = "Print the evaluation as the gateway gives it, without its receipt; progress goes to stderr.")
    private boolean json;

    private EvalCommand() {}

    @Override
    public Integer call() throws InterruptedException, JsonProcessingException {
        if (tasks.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "Missing required option: '--tasks=TASK', or a subcommand such as list");
        }
        var running = RunningSuite.on(home.home());
        if (running.isPresent()) {
            if (folders.given()) {
                throw new LauncherException(
                        "a suite runs on %s, which has its folders already: stop it with './mtj down', or start it with './mtj up --evaluation-data DIR --evaluation-tasks DIR'"
                                .formatted(home.home().directory()));
            }
            return evaluate(running.get().awaitReady(), () -> {});
        }
        if (detach) {
            throw new LauncherException(
                    "no suite runs on %s: --detach leaves the evaluation to one that does, start it with './mtj up'"
                            .formatted(home.home().directory()));
        }
        return evaluateAlone();
    }

    private int evaluateAlone() throws InterruptedException, JsonProcessingException {
        var found = ModelOptions.find(home.home(), model);
        var options = new SuiteOptions(
                Repository.root(),
                home.home(),
                Ports.free(),
                found,
                modelOptions.engine(),
                modelOptions.xla(found),
                modelOptions.dtype(found),
                folders.find(home.home()),
                false);
        System.err.println("no suite runs on " + options.home().directory() + ": starting one for this call");
        try (var suite = Suite.prepare(options, System.err, InstantSource.system());
                var interruption = Interruption.before(suite::close)) {
            suite.start();
            interruption.forget();
            return evaluate(RunningSuite.on(options.home()).orElseThrow(), suite::close);
        }
    }

    /** @param afterwards done where the process is interrupted, when the evaluation has stopped */
    private int evaluate(RunningSuite suite, Runnable afterwards) throws InterruptedException, JsonProcessingException {
        var client = new EvaluationClient(suite.state().url());
        var evaluation = client.submit(settings(suite));
        var accepted = evaluation.path("name").asText();
        if (STOPPED.contains(evaluation.path("state").asText())) {
            client.resume(accepted);
        }
        var out = json ? spec.commandLine().getErr() : spec.commandLine().getOut();
        if (detach) {
            out.println("%s is accepted: ./mtj eval follow %s".formatted(accepted, accepted));
            return ExitCode.OK;
        }
        out.println("%s   %s/evaluations/#/evaluations/%s"
                .formatted(accepted, suite.state().url(), accepted));
        return new WatchedEvaluation(client, accepted, spec.commandLine(), json).watchOrCancel(afterwards);
    }

    /** Short enough to be typed: an evaluation may be asked for again. */
    private static String newName(String model) {
        var digits = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        return "%s-%s".formatted(model.replaceAll("[^A-Za-z0-9._@-]", "_").replaceFirst("^[^A-Za-z0-9]+", ""), digits);
    }

    private JsonNode settings(RunningSuite suite) {
        var settings = new ObjectMapper().createObjectNode();
        var served = ModelOptions.servedName(suite, model);
        settings.put("name", name == null ? newName(served) : name);
        settings.put("model", served);
        tasks.forEach(settings.putArray("tasks")::add);
        if (!protocols.isEmpty()) {
            protocols.forEach(settings.putArray("protocols")::add);
        }
        if (limit != null) {
            settings.put("limit", limit);
        }
        if (fewShot != null) {
            settings.put("few_shot", fewShot);
        }
        return settings;
    }
}
