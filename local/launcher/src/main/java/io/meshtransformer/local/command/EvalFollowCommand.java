package io.meshtransformer.local.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.meshtransformer.local.client.EvaluationClient;
import io.meshtransformer.local.suite.RunningSuite;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Follows an evaluation. */
@Command(
        name = "follow",
        mixinStandardHelpOptions = true,
        description = "Shows how an evaluation goes until it has ended, then the table. Ctrl-C leaves it alone.",
        footer = {"", "Example:", "  mtj eval follow stories-1"})
public final class EvalFollowCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private HomeOption home;

    @Parameters(index = "0", paramLabel = "NAME", description = "The evaluation's name.")
    private String name;

    @Option(
            names = "--json",
            description = "Print it at the end as the gateway gives it, without its receipt; progress goes to stderr.")
    private boolean json;

    private EvalFollowCommand() {}

    @Override
    public Integer call() throws InterruptedException, JsonProcessingException {
        var client = new EvaluationClient(
                RunningSuite.required(home.home()).awaitReady().state().url());
        return new WatchedEvaluation(client, name, spec.commandLine(), json).watch();
    }
}
