package io.meshtransformer.local.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.meshtransformer.local.client.EvaluationClient;
import io.meshtransformer.local.evaluation.EvaluationReport;
import io.meshtransformer.local.suite.RunningSuite;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows an evaluation. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Shows an evaluation: how it stands, what answers, and the table, of the documents done so far.",
        footer = {"", "Examples:", "  mtj eval show stories-1", "  mtj eval show stories-1 --json"})
public final class EvalShowCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private HomeOption home;

    @Parameters(index = "0", paramLabel = "NAME", description = "The evaluation's name.")
    private String name;

    @Option(names = "--json", description = "Print it as the gateway gives it, without its receipt.")
    private boolean json;

    private EvalShowCommand() {}

    @Override
    public Integer call() throws InterruptedException, JsonProcessingException {
        var client = new EvaluationClient(
                RunningSuite.required(home.home()).awaitReady().state().url());
        var evaluation = client.describe(name);
        var out = spec.commandLine().getOut();
        out.print(
                json
                        ? Output.json(WatchedEvaluation.withoutReceipt(evaluation)) + System.lineSeparator()
                        : EvaluationReport.of(evaluation));
        out.flush();
        return 0;
    }
}
