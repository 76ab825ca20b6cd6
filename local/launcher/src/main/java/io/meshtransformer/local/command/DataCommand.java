package io.meshtransformer.local.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What runs learn from. */
@Command(
        name = "data",
        mixinStandardHelpOptions = true,
        description = "Makes windows of token ids from texts, shows them, and writes them for mesh-transformer-jax.",
        subcommands = {DataPrepareCommand.class, DataShowCommand.class, DataExportCommand.class},
        footer = {
            "",
            "Examples:",
            "  mtj data prepare stories.txt --tokenizer models/stories --out data/stories",
            "  mtj data show data/stories",
        })
public final class DataCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    private DataCommand() {}

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say prepare, show or export");
    }
}
