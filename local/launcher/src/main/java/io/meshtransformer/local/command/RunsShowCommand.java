package io.meshtransformer.local.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshtransformer.local.client.TrainingClient;
import io.meshtransformer.local.suite.RunningSuite;
import io.meshtransformer.local.training.CurvePlot;
import io.meshtransformer.local.training.RunFolders;
import io.meshtransformer.local.training.RunReport;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows a training run: its curve, its figures, its checkpoints. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description =
                "Shows a run: the curve of its loss, training as a line and validation as marks, figures, checkpoints.",
        footer = {"", "Examples:", "  mtj runs show stories", "  mtj runs show stories --json"})
public final class RunsShowCommand implements Callable<Integer> {
    private static final int MOST_STEPS = 10_000;
    private static final int PLOT_ROWS = 16;

    @Spec
    private CommandSpec spec;

    @Mixin
    private HomeOption home;

    @Parameters(index = "0", paramLabel = "NAME", description = "The run's name.")
    private String name;

    @Option(
            names = "--width",
            paramLabel = "N",
            defaultValue = "72",
            description = "Characters of the curve. Default: ${DEFAULT-VALUE}")
    private int width;

    @Option(names = "--json", description = "Print {run, history} as the gateway gives them.")
    private boolean json;

    private RunsShowCommand() {}

    @Override
    public Integer call() throws InterruptedException, JsonProcessingException {
        var running = RunningSuite.on(home.home());
        JsonNode run;
        JsonNode history;
        if (running.isPresent()) {
            var client = new TrainingClient(running.get().awaitReady().state().url());
            run = client.describe(name);
            history = client.history(name, MOST_STEPS);
        } else {
            var folders = new RunFolders(home.home().runs());
            run = folders.describe(name);
            history = folders.history(name, MOST_STEPS);
        }
        var out = spec.commandLine().getOut();
        if (json) {
            out.println(Output.json(new TreeMap<>(Map.of("run", run, "history", history))));
        } else {
            out.print(RunReport.of(run, history, new CurvePlot(Math.max(width, 10), PLOT_ROWS)));
        }
        out.flush();
        return 0;
    }
}
