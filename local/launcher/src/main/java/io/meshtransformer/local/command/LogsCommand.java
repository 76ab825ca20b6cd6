package io.meshtransformer.local.command;

import io.meshtransformer.local.LauncherException;
import io.meshtransformer.local.suite.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what services wrote. */
@Command(
        name = "logs",
        mixinStandardHelpOptions = true,
        description = {
            "Shows the end of the logs, of all services or of one.",
            "On a terminal it goes on with what is written from then on, until Ctrl-C."
        },
        footer = {
            "",
            "Examples:",
            "  mtj logs",
            "  mtj logs inference-service --follow",
            "  mtj logs gateway --lines 200 | less"
        })
public final class LogsCommand implements Callable<Integer> {
    private static final long LOOK_MILLISECONDS = 200;

    @Mixin
    private HomeOption home;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "SERVICE",
            description = {
                "gateway, tokenizer-service, inference-service, training-service, eval-service, kafka, postgres or",
                "launcher; all where left out."
            })
    private String service;

    @Option(
            names = {"-f", "--follow"},
            negatable = true,
            description = "Go on with new lines, or not. Default: on a terminal only")
    private Boolean follow;

    @Option(
            names = {"-n", "--lines"},
            defaultValue = "20",
            description = "How many lines of each log at first. Default: ${DEFAULT-VALUE}")
    private int lines;

    private LogsCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        var logs = logs(home.home());
        var name = logs.size() > 1;
        var tails = logs.stream().map(log -> new LogTail(log, name)).toList();
        tails.forEach(tail -> tail.showEnd(lines, System.out));
        var goOn = follow == null ? System.console() != null && System.console().isTerminal() : follow;
        while (goOn) {
            Thread.sleep(LOOK_MILLISECONDS);
            tails.forEach(tail -> tail.showNew(System.out));
        }
        return 0;
    }

    private List<Path> logs(Home where) {
        var all = all(where);
        if (service == null) {
            return all;
        }
        var log = where.log(service);
        if (!all.contains(log)) {
            throw new LauncherException("there is no log of '%s' in %s; there are %s"
                    .formatted(
                            service,
                            where.logs(),
                            all.stream()
                                    .map(path -> path.getFileName().toString().replace(".log", ""))
                                    .toList()));
        }
        return List.of(log);
    }

    private static List<Path> all(Home where) {
        var directory = where.logs();
        if (!Files.isDirectory(directory)) {
            throw new LauncherException("there are no logs in " + directory + ": nothing was started on this home yet");
        }
        try (var files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new LauncherException("the logs in " + directory + " can't be listed: " + e, e);
        }
    }
}
