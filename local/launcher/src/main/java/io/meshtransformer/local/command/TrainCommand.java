package io.meshtransformer.local.command;

import io.meshtransformer.embedded.Ports;
import io.meshtransformer.local.LauncherException;
import io.meshtransformer.local.client.TrainingClient;
import io.meshtransformer.local.display.ProgressDisplay;
import io.meshtransformer.local.suite.RunningSuite;
import io.meshtransformer.local.suite.Suite;
import io.meshtransformer.local.suite.SuiteOptions;
import io.meshtransformer.local.training.FollowedRun;
import io.meshtransformer.local.training.RunFile;
import io.meshtransformer.training.run.InvalidConfigurationException;
import io.meshtransformer.training.run.RunConfiguration;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Trains a run. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description = {
            "Trains what FILE describes and shows how it goes. Relative paths in FILE are taken from the current folder.",
            "Ctrl-C commits a checkpoint and stops; the same line goes on from there. A run that is finished goes on too,",
            "when FILE has more steps. Where no suite runs, one is started for the call and stopped after it."
        },
        footer = {"", "Examples:", "  mtj train runs/stories.yaml", "  mtj train runs/stories.yaml --detach"})
public final class TrainCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private HomeOption home;

    @Parameters(index = "0", paramLabel = "FILE", description = "The run, in YAML.")
    private Path file;

    @Option(names = "--detach", description = "Return when the run is accepted. A suite must run already.")
    private boolean detach;

    private TrainCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        RunConfiguration configuration;
        try {
            configuration = RunFile.read(file, Path.of("").toAbsolutePath());
        } catch (InvalidConfigurationException e) {
            e.problems().forEach(problem -> spec.commandLine().getErr().println("mtj: " + file + ": " + problem));
            return ExitCode.USAGE;
        }
        var running = RunningSuite.on(home.home());
        if (running.isPresent()) {
            return train(running.get().awaitReady(), configuration, () -> {});
        }
        if (detach) {
            throw new LauncherException(
                    "no suite runs on %s: --detach leaves the run to one that does, start it with './mtj up'"
                            .formatted(home.home().directory()));
        }
        return trainAlone(configuration);
    }

    private int trainAlone(RunConfiguration configuration) throws InterruptedException {
        var served = ModelOptions.find(home.home(), null);
        var options = SuiteOptions.forOneCall(Repository.root(), home.home(), Ports.free(), served);
        System.err.println("no suite runs on " + options.home().directory() + ": starting one for this call");
        try (var suite = Suite.prepare(options, System.err, InstantSource.system());
                var interruption = Interruption.before(suite::close)) {
            suite.start();
            interruption.forget();
            return train(RunningSuite.on(options.home()).orElseThrow(), configuration, suite::close);
        }
    }

    /** @param afterwards done where the process is interrupted, when the run has stopped */
    private int train(RunningSuite suite, RunConfiguration configuration, Runnable afterwards)
            throws InterruptedException {
        var client = new TrainingClient(suite.state().url());
        client.submit(configuration.toJson());
        var out = spec.commandLine().getOut();
        if (detach) {
            out.println(configuration.name() + " is accepted: ./mtj runs show " + configuration.name());
            return ExitCode.OK;
        }
        out.println("%s   %s/training/#/runs/%s"
                .formatted(configuration.name(), suite.state().url(), configuration.name()));
        return follow(client, configuration.name(), afterwards);
    }

    private int follow(TrainingClient client, String name, Runnable afterwards) throws InterruptedException {
        var out = spec.commandLine().getOut();
        try (var display = TerminalProgress.possible()
                ? ProgressDisplay.terminal(out)
                : ProgressDisplay.plain(out, InstantSource.system())) {
            var run = new FollowedRun(display);
            try (var _ = Interruption.of(
                    () -> {
                        display.line("committing step " + run.step() + " or the next, then stopping");
                        client.cancel(name);
                    },
                    afterwards)) {
                client.follow(name, run);
            }
            return switch (run.ending()) {
                case FINISHED -> ExitCode.OK;
                case FAILED -> ExitCode.SOFTWARE;
                case CANCELLED -> {
                    display.line("the same line goes on from the last checkpoint");
                    yield ExitCode.SOFTWARE;
                }
            };
        }
    }
}
