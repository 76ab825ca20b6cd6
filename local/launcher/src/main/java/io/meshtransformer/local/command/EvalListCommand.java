package io.meshtransformer.local.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.meshtransformer.local.client.EvaluationClient;
import io.meshtransformer.local.evaluation.EvaluationList;
import io.meshtransformer.local.suite.RunningSuite;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists evaluations. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "Lists evaluations, a row each, newest first.",
        footer = {"", "Examples:", "  mtj eval list", "  mtj eval list --json"})
public final class EvalListCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private HomeOption home;

    @Option(names = "--json", description = "Print the list as the gateway gives it.")
    private boolean json;

    private EvalListCommand() {}

    @Override
    public Integer call() throws InterruptedException, JsonProcessingException {
        var client = new EvaluationClient(
                RunningSuite.required(home.home()).awaitReady().state().url());
        var evaluations = client.list();
        var out = spec.commandLine().getOut();
        out.print(
                json
                        ? Output.json(evaluations) + System.lineSeparator()
                        : EvaluationList.of(evaluations, Instant.now()));
        out.flush();
        return 0;
    }
}
