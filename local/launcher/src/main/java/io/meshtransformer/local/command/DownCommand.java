package io.meshtransformer.local.command;

import io.meshtransformer.local.suite.RunningSuite;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Stops everything. */
@Command(
        name = "down",
        mixinStandardHelpOptions = true,
        description = "Stops everything cleanly: the gateway first, broker and database last. Leaves no process.",
        footer = {"", "Example:", "  mtj down --home /tmp/try"})
public final class DownCommand implements Callable<Integer> {
    @Mixin
    private HomeOption home;

    private DownCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        var ran = RunningSuite.stop(home.home(), System.out::println);
        System.out.println(
                ran ? "stopped" : "no suite was running on " + home.home().directory());
        return 0;
    }
}
