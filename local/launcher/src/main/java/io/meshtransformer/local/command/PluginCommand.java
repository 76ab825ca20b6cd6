package io.meshtransformer.local.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** XLA's plugins on this machine. */
@Command(
        name = "plugin",
        mixinStandardHelpOptions = true,
        description = "Installs and lists XLA's plugins: the shared libraries that compile for CPUs, TPUs and GPUs.",
        subcommands = {PluginInstallCommand.class, PluginListCommand.class},
        footer = {"", "Examples:", "  mtj plugin install cpu", "  mtj plugin list"})
public final class PluginCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    private PluginCommand() {}

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say install or list");
    }
}
