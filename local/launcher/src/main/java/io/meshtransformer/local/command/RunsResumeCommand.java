package io.meshtransformer.local.command;

import io.meshtransformer.local.client.TrainingClient;
import io.meshtransformer.local.suite.RunningSuite;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Resumes a training run. */
@Command(
        name = "resume",
        mixinStandardHelpOptions = true,
        description = "Goes on with a run that failed or was cancelled, from its last checkpoint.",
        footer = {"", "Example:", "  mtj runs resume stories"})
public final class RunsResumeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private HomeOption home;

    @Parameters(index = "0", paramLabel = "NAME", description = "The run's name.")
    private String name;

    private RunsResumeCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        var suite = RunningSuite.required(home.home()).awaitReady();
        var run = new TrainingClient(suite.state().url()).resume(name);
        spec.commandLine().getOut().println(name + " is " + run.path("state").asText());
        return 0;
    }
}
