package io.meshtransformer.local.command;

import io.meshtransformer.embedded.Ports;
import io.meshtransformer.local.LauncherException;
import io.meshtransformer.local.suite.EvaluationFolders;
import io.meshtransformer.local.suite.RunningSuite;
import io.meshtransformer.local.suite.Suite;
import io.meshtransformer.local.suite.SuiteOptions;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Starts everything. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = {
            "Starts everything: broker, database, tokenizer-service, inference-service,",
            "training-service, eval-service, gateway.",
            "Prints a line per service, then the URL; Ctrl-C stops everything."
        },
        footer = {
            "",
            "Examples:",
            "  mtj up",
            "  mtj up --engine xla --mp 8",
            "  mtj up --detach --port 9000 --model ~/models/gpt-j-6b --dtype bf16",
        })
public final class UpCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private HomeOption home;

    @Mixin
    private ModelOptions modelOptions;

    @Option(
            names = "--model",
            paramLabel = "NAME-or-DIR",
            defaultValue = ModelOptions.DEFAULT_MODEL,
            description = {
                "A model of models/, a model's directory, or a checkpoint of a training run: RUN@STEP, RUN@best, or RUN",
                "for its latest. Default: ${DEFAULT-VALUE}"
            })
    private String model;

    @Option(
            names = "--port",
            defaultValue = "8080",
            description = "Where the gateway listens; 0 takes a free port. Default: ${DEFAULT-VALUE}")
    private int port;

    @Option(
            names = "--evaluation-data",
            paramLabel = "DIR",
            description = {
                "Where evaluations find the documents of tasks; 'mtj eval fetch-help' says what is to be there.",
                "Default: evaluation/data in the home, where that is, else the excerpts that come with the software"
            })
    private Path evaluationData;

    @Option(
            names = "--evaluation-tasks",
            paramLabel = "DIR",
            description = "Where tasks of your own are, a YAML file each. Default: evaluation/tasks in the home")
    private Path evaluationTasks;

    @Option(names = "--detach", description = "Return when everything is ready, or when something failed.")
    private boolean detach;

    @Option(names = "--native", description = "Run the services as native executables, which 'mtj native' builds.")
    private boolean nativeExecutables;

    private UpCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        var options = options();
        if (detach) {
            // What can be said at once is said here; the launcher looks again.
            RunningSuite.on(options.home()).ifPresent(running -> {
                throw running.alreadyThere();
            });
            DetachedLauncher.start(options).follow(System.out);
            return 0;
        }
        var suite = Suite.prepare(options, System.out, InstantSource.system());
        Runtime.getRuntime().addShutdownHook(new Thread(suite::close, "stop"));
        try {
            suite.start();
        } catch (LauncherException e) {
            suite.close();
            throw e;
        }
        suite.awaitEnd();
        return 0;
    }

    private SuiteOptions options() {
        if (port < 0 || port > 65_535) {
            throw new ParameterException(
                    spec.commandLine(), "--port is %d: it must be from 0 to 65535".formatted(port));
        }
        var found = ModelOptions.find(home.home(), model);
        return new SuiteOptions(
                Repository.root(),
                home.home(),
                port == 0 ? Ports.free() : port,
                found,
                modelOptions.engine(),
                modelOptions.xla(found),
                modelOptions.dtype(found),
                EvaluationFolders.find(home.home(), evaluationData, evaluationTasks),
                nativeExecutables);
    }
}
