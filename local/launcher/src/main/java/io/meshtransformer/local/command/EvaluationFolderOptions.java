package io.meshtransformer.local.command;

import io.meshtransformer.local.suite.EvaluationFolders;
import io.meshtransformer.local.suite.Home;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where tasks and their documents are, for whoever runs without a suite. */
final class EvaluationFolderOptions {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = {
                "Where the documents of tasks are, where no suite runs yet. Default: evaluation/data in the home, where",
                "that is, else the excerpts that come with the software"
            })
    private Path data;

    @Option(
            names = "--tasks-directory",
            paramLabel = "DIR",
            description = "Where tasks of your own are, likewise. Default: evaluation/tasks in the home")
    private Path tasks;

    /** Whether the user named one. */
    boolean given() {
        return data != null || tasks != null;
    }

    EvaluationFolders find(Home home) {
        return EvaluationFolders.find(home, data, tasks);
    }
}
