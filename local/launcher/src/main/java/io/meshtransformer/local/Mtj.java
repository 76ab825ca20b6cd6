package io.meshtransformer.local;

import io.meshtransformer.embedded.EmbeddedException;
import io.meshtransformer.local.command.CachesCommand;
import io.meshtransformer.local.command.DataCommand;
import io.meshtransformer.local.command.DownCommand;
import io.meshtransformer.local.command.EvalCommand;
import io.meshtransformer.local.command.GenerateCommand;
import io.meshtransformer.local.command.LogsCommand;
import io.meshtransformer.local.command.PluginCommand;
import io.meshtransformer.local.command.RunsCommand;
import io.meshtransformer.local.command.StatusCommand;
import io.meshtransformer.local.command.TokenizeCommand;
import io.meshtransformer.local.command.TrainCommand;
import io.meshtransformer.local.command.UpCommand;
import io.meshtransformer.local.convert.ConvertCommand;
import io.meshtransformer.local.plan.PlanCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line behind {@code ./mtj}. */
@Command(
        name = "mtj",
        mixinStandardHelpOptions = true,
        version = "Mesh Transformer Java 0.1.0",
        description =
                "GPT-J on your machine: gateway, Kafka, tokenizer, inference, training and evaluation, one command.",
        subcommands = {
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            LogsCommand.class,
            GenerateCommand.class,
            TokenizeCommand.class,
            PluginCommand.class,
            ConvertCommand.class,
            PlanCommand.class,
            DataCommand.class,
            TrainCommand.class,
            RunsCommand.class,
            EvalCommand.class,
            CachesCommand.class,
        },
        footer = {
            "",
            "Also: @|bold mtj test|@ [MAVEN-ARGUMENT...] runs every test; @|bold mtj native|@ builds native executables;",
            "@|bold mtj jdk|@ prints the JDK in use.",
            "State is kept in --home, else $MTJ_HOME, else ~/.mtj. Exit codes: 0 done, 1 failed, 2 wrong usage.",
            "",
            "Example:",
            "  mtj up --detach",
            "  mtj generate \"Once upon a time\" --max-tokens 60 --seed 7",
            "  mtj down",
        })
public final class Mtj implements Runnable {
    @Spec
    private CommandSpec spec;

    private Mtj() {}

    public static void main(String[] arguments) {
        // Before anything logs: the broker's log goes through this one.
        System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Mtj())
                .setUsageHelpAutoWidth(true)
                .setExecutionExceptionHandler((exception, command, _) -> {
                    if (exception instanceof LauncherException || exception instanceof EmbeddedException) {
                        command.getErr().println("mtj: " + exception.getMessage());
                        return CommandLine.ExitCode.SOFTWARE;
                    }
                    throw exception;
                });
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say which command to run");
    }
}
