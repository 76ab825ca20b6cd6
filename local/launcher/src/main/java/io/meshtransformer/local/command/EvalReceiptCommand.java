package io.meshtransformer.local.command;

import io.meshtransformer.local.client.EvaluationClient;
import io.meshtransformer.local.suite.RunningSuite;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the receipt of an evaluation. */
@Command(
        name = "receipt",
        mixinStandardHelpOptions = true,
        description = {
            "Prints the receipt of a finished evaluation, which 'mtj eval verify' takes.",
            "It has model, tokenizer, tasks and protocols by their hashes, engine, versions, figures, and a hash for every",
            "document, as JSON."
        },
        footer = {"", "Example:", "  mtj eval receipt stories-1 > stories-1.json"})
public final class EvalReceiptCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private HomeOption home;

    @Parameters(index = "0", paramLabel = "NAME", description = "The evaluation's name.")
    private String name;

    private EvalReceiptCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        var client = new EvaluationClient(
                RunningSuite.required(home.home()).awaitReady().state().url());
        spec.commandLine().getOut().println(client.receipt(name).toString());
        return 0;
    }
}
