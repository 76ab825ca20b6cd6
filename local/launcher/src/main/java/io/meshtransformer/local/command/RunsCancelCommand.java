package io.meshtransformer.local.command;

import io.meshtransformer.local.client.TrainingClient;
import io.meshtransformer.local.suite.RunningSuite;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Cancels a training run. */
@Command(
        name = "cancel",
        mixinStandardHelpOptions = true,
        description = "Commits a checkpoint of a run and stops it.",
        footer = {"", "Example:", "  mtj runs cancel stories"})
public final class RunsCancelCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private HomeOption home;

    @Parameters(index = "0", paramLabel = "NAME", description = "The run's name.")
    private String name;

    private RunsCancelCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        var suite = RunningSuite.required(home.home()).awaitReady();
        var run = new TrainingClient(suite.state().url()).cancel(name);
        spec.commandLine().getOut().println(name + " is " + run.path("state").asText());
        return 0;
    }
}
