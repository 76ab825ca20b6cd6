package io.meshtransformer.local.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshtransformer.local.LauncherException;
import io.meshtransformer.local.evaluation.FetchHelp;
import io.meshtransformer.local.evaluation.LocalTasks;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says where the documents of tasks come from. */
@Command(
        name = "fetch-help",
        mixinStandardHelpOptions = true,
        description = {
            "Says where the documents of tasks come from, and what their files must be called.",
            "It tells the licence as well, and which documents there are now. No suite has to run, and nothing is fetched."
        },
        footer = {"", "Examples:", "  mtj eval fetch-help", "  mtj eval fetch-help piqa --data ~/evaluation-data"})
public final class EvalFetchHelpCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private HomeOption home;

    @Mixin
    private EvaluationFolderOptions folders;

    @Parameters(index = "0", arity = "0..1", paramLabel = "TASK", description = "Of this task alone.")
    private String task;

    @Option(names = "--json", description = "Print the tasks, with the names of their files.")
    private boolean json;

    private EvalFetchHelpCommand() {}

    @Override
    public Integer call() throws JsonProcessingException {
        var found = folders.find(home.home());
        var tasks = chosen(new LocalTasks(found).list());
        var out = spec.commandLine().getOut();
        out.print(
                json
                        ? Output.json(tasks) + System.lineSeparator()
                        : FetchHelp.of(tasks, found.data().orElse(home.home().evaluationData())));
        out.flush();
        return 0;
    }

    private List<JsonNode> chosen(List<JsonNode> all) {
        if (task == null) {
            return all;
        }
        var chosen = all.stream()
                .filter(each -> each.path("name").asText().equals(task))
                .toList();
        if (chosen.isEmpty()) {
            throw new LauncherException("there is no task '%s', there are %s"
                    .formatted(
                            task,
                            all.stream().map(each -> each.path("name").asText()).collect(Collectors.joining(", "))));
        }
        return chosen;
    }
}
