package io.meshtransformer.local.command;

import io.meshtransformer.local.client.EvaluationClient;
import io.meshtransformer.local.suite.RunningSuite;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Resumes an evaluation. */
@Command(
        name = "resume",
        mixinStandardHelpOptions = true,
        description =
                "Goes on with an evaluation that was paused, cancelled, or failed. What was answered is not asked again.",
        footer = {"", "Example:", "  mtj eval resume stories-1"})
public final class EvalResumeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private HomeOption home;

    @Parameters(index = "0", paramLabel = "NAME", description = "The evaluation's name.")
    private String name;

    private EvalResumeCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        var client = new EvaluationClient(
                RunningSuite.required(home.home()).awaitReady().state().url());
        var evaluation = client.resume(name);
        spec.commandLine()
                .getOut()
                .println(name + " is " + evaluation.path("state").asText());
        return 0;
    }
}
