package io.meshtransformer.local.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.meshtransformer.local.suite.RunningSuite;
import io.meshtransformer.local.suite.SuiteState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what runs. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = {
            "Shows a row per service: process, port, health (starting, ready, restarting, down).",
            "The broker lives in the launcher's process."
        },
        footer = {"", "Examples:", "  mtj status", "  mtj status --json"})
public final class StatusCommand implements Callable<Integer> {
    @Mixin
    private HomeOption home;

    @Option(names = "--json", description = "Print a list of {service, pid, port, health}; empty where nothing runs.")
    private boolean json;

    private StatusCommand() {}

    @Override
    public Integer call() throws JsonProcessingException {
        var running = RunningSuite.on(home.home());
        if (json) {
            System.out.println(Output.json(rows(running)));
        } else if (running.isEmpty()) {
            System.out.println("no suite runs on " + home.home().directory());
        } else {
            print(running.get());
        }
        return 0;
    }

    private static List<Map<String, Object>> rows(Optional<RunningSuite> running) {
        return running.stream()
                .flatMap(suite -> suite.state().services().stream())
                .map(StatusCommand::row)
                .toList();
    }

    private static Map<String, Object> row(SuiteState.Service service) {
        var row = new LinkedHashMap<String, Object>();
        row.put("service", service.name());
        row.put("pid", service.process() == null ? null : service.process().pid());
        row.put("port", service.port());
        row.put("health", RunningSuite.health(service).toString());
        return row;
    }

    private static void print(RunningSuite running) {
        var state = running.state();
        System.out.printf(
                "%s   model %s   home %s%n%n",
                state.url(), state.model(), running.home().directory());
        System.out.printf("%-18s %8s %6s  %s%n", "SERVICE", "PID", "PORT", "HEALTH");
        for (var service : state.services()) {
            var pid = service.process() == null
                    ? "-"
                    : Long.toString(service.process().pid());
            var restarts = service.restarts() == 0 ? "" : " (%d restarts)".formatted(service.restarts());
            System.out.printf(
                    "%-18s %8s %6d  %s%s%n",
                    service.name(), pid, service.port(), RunningSuite.health(service), restarts);
        }
    }
}
