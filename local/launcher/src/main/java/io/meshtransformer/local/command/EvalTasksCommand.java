package io.meshtransformer.local.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.meshtransformer.local.client.EvaluationClient;
import io.meshtransformer.local.evaluation.TaskTable;
import io.meshtransformer.local.suite.RunningSuite;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists tasks. */
@Command(
        name = "tasks",
        mixinStandardHelpOptions = true,
        description = "Lists the tasks that there are, a row each, and where their documents are.",
        footer = {"", "Examples:", "  mtj eval tasks", "  mtj eval tasks --json"})
public final class EvalTasksCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private HomeOption home;

    @Option(names = "--json", description = "Print the list as the gateway gives it.")
    private boolean json;

    private EvalTasksCommand() {}

    @Override
    public Integer call() throws InterruptedException, JsonProcessingException {
        var client = new EvaluationClient(
                RunningSuite.required(home.home()).awaitReady().state().url());
        var tasks = client.tasks();
        var out = spec.commandLine().getOut();
        out.print(json ? Output.json(tasks) + System.lineSeparator() : TaskTable.of(tasks));
        out.flush();
        return 0;
    }
}
