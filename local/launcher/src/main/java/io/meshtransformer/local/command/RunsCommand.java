package io.meshtransformer.local.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshtransformer.local.client.TrainingClient;
import io.meshtransformer.local.suite.Home;
import io.meshtransformer.local.suite.RunningSuite;
import io.meshtransformer.local.training.RunFolders;
import io.meshtransformer.local.training.RunTable;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists training runs. */
@Command(
        name = "runs",
        mixinStandardHelpOptions = true,
        subcommands = {RunsShowCommand.class, RunsCancelCommand.class, RunsResumeCommand.class},
        description = {
            "Lists training runs, a row each. Where no suite runs, what the runs' folders tell is listed:",
            "a run is finished there, or stopped."
        },
        footer = {
            "",
            "Examples:",
            "  mtj runs",
            "  mtj runs show stories",
            "  mtj runs cancel stories",
            "  mtj runs --json"
        })
public final class RunsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private HomeOption home;

    @Option(names = "--json", description = "Print the list as the gateway gives it.")
    private boolean json;

    private RunsCommand() {}

    @Override
    public Integer call() throws InterruptedException, JsonProcessingException {
        var runs = runs(home.home());
        var out = spec.commandLine().getOut();
        out.print(json ? Output.json(runs) + System.lineSeparator() : RunTable.of(runs, Instant.now()));
        out.flush();
        return 0;
    }

    private static List<JsonNode> runs(Home home) throws InterruptedException {
        var running = RunningSuite.on(home);
        return running.isPresent()
                ? new TrainingClient(running.get().awaitReady().state().url()).list()
                : new RunFolders(home.runs()).list();
    }
}
