package io.meshtransformer.local.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshtransformer.local.client.EvaluationClient;
import io.meshtransformer.local.suite.RunningSuite;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Changes the state of an evaluation and prints what it is then. */
abstract class EvaluationChange implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private HomeOption home;

    @Parameters(index = "0", paramLabel = "NAME", description = "The evaluation's name.")
    private String name;

    /** @return the evaluation after the change */
    abstract JsonNode change(EvaluationClient client, String name) throws InterruptedException;

    @Override
    public final Integer call() throws InterruptedException {
        var client = new EvaluationClient(
                RunningSuite.required(home.home()).awaitReady().state().url());
        var evaluation = change(client, name);
        spec.commandLine()
                .getOut()
                .println(name + " is " + evaluation.path("state").asText());
        return 0;
    }
}
