package io.meshtransformer.local.command;

import io.meshtransformer.local.client.EvaluationClient;
import io.meshtransformer.local.suite.RunningSuite;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Pauses an evaluation. */
@Command(
        name = "pause",
        mixinStandardHelpOptions = true,
        description = "Asks the model nothing more until the evaluation is resumed. Answers on their way are kept.",
        footer = {"", "Example:", "  mtj eval pause stories-1"})
public final class EvalPauseCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private HomeOption home;

    @Parameters(index = "0", paramLabel = "NAME", description = "The evaluation's name.")
    private String name;

    private EvalPauseCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        var client = new EvaluationClient(
                RunningSuite.required(home.home()).awaitReady().state().url());
        var evaluation = client.pause(name);
        spec.commandLine()
                .getOut()
                .println(name + " is " + evaluation.path("state").asText());
        return 0;
    }
}
