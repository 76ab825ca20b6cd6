package io.meshtransformer.local.command;

import io.meshtransformer.local.client.EvaluationClient;
import io.meshtransformer.local.suite.RunningSuite;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Cancels an evaluation. */
@Command(
        name = "cancel",
        mixinStandardHelpOptions = true,
        description = "Ends an evaluation. What was answered is kept.",
        footer = {"", "Example:", "  mtj eval cancel stories-1"})
public final class EvalCancelCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private HomeOption home;

    @Parameters(index = "0", paramLabel = "NAME", description = "The evaluation's name.")
    private String name;

    private EvalCancelCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        var client = new EvaluationClient(
                RunningSuite.required(home.home()).awaitReady().state().url());
        var evaluation = client.cancel(name);
        spec.commandLine()
                .getOut()
                .println(name + " is " + evaluation.path("state").asText());
        return 0;
    }
}
