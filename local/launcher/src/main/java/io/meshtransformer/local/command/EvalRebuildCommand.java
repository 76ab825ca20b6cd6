package io.meshtransformer.local.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshtransformer.local.client.EvaluationClient;
import io.meshtransformer.local.suite.RunningSuite;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Computes an evaluation again from the log. */
@Command(
        name = "rebuild",
        mixinStandardHelpOptions = true,
        description = {
            "Computes a finished evaluation's results again, from the log alone.",
            "The log is evaluation.results. The bytes are compared with what is kept; where they differ the exit code is 1."
        },
        footer = {"", "Example:", "  mtj eval rebuild stories-1"})
public final class EvalRebuildCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private HomeOption home;

    @Parameters(index = "0", paramLabel = "NAME", description = "The evaluation's name.")
    private String name;

    @Option(names = "--json", description = "Print what the gateway answers.")
    private boolean json;

    private EvalRebuildCommand() {}

    @Override
    public Integer call() throws InterruptedException, JsonProcessingException {
        var client = new EvaluationClient(
                RunningSuite.required(home.home()).awaitReady().state().url());
        var rebuilt = client.rebuild(name);
        var same = rebuilt.path("same").asBoolean();
        spec.commandLine().getOut().println(json ? Output.json(rebuilt) : sentence(rebuilt, same));
        return same ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private String sentence(JsonNode rebuilt, boolean same) {
        var records = rebuilt.path("records").asLong();
        var kept = rebuilt.path("kept").asText();
        return same
                ? "%s: the log, of %d records, gives the same bytes, SHA-256 %s".formatted(name, records, kept)
                : "%s: the log, of %d records, gives other bytes: SHA-256 %s is kept, %s is rebuilt"
                        .formatted(name, records, kept, rebuilt.path("rebuilt").asText());
    }
}
