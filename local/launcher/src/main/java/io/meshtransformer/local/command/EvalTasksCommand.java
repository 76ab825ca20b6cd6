package io.meshtransformer.local.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshtransformer.local.client.EvaluationClient;
import io.meshtransformer.local.evaluation.LocalTasks;
import io.meshtransformer.local.evaluation.TaskTable;
import io.meshtransformer.local.suite.RunningSuite;
import java.util.List;
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
        description = {
            "Lists the tasks that there are, a row each, and where their documents are.",
            "It asks the suite that runs; where none does, or a folder is named, it says what a suite would have."
        },
        footer = {"", "Examples:", "  mtj eval tasks", "  mtj eval tasks --tasks-directory ~/my-tasks --json"})
public final class EvalTasksCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private HomeOption home;

    @Mixin
    private EvaluationFolderOptions folders;

    @Option(names = "--json", description = "Print the list as the gateway gives it.")
    private boolean json;

    private EvalTasksCommand() {}

    @Override
    public Integer call() throws InterruptedException, JsonProcessingException {
        var tasks = tasks();
        var out = spec.commandLine().getOut();
        out.print(json ? Output.json(tasks) + System.lineSeparator() : TaskTable.of(tasks));
        out.flush();
        return 0;
    }

    private List<JsonNode> tasks() throws InterruptedException {
        var running = RunningSuite.on(home.home());
        return running.isPresent() && !folders.given()
                ? new EvaluationClient(running.get().awaitReady().state().url()).tasks()
                : new LocalTasks(folders.find(home.home())).list();
    }
}
