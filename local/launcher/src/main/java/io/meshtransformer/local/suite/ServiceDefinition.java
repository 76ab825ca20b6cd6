package io.meshtransformer.local.suite;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How one service is started.
 *
 * @param command its process
 * @param environment beyond this process's own
 * @param restartEnvironment beyond that, when it is started again after its death: somebody waits
 * @param port where it answers /q/health/ready
 * @param patience until it must be ready; a process that takes longer is killed
 */
record ServiceDefinition(
        String name,
        List<String> command,
        Map<String, String> environment,
        Map<String, String> restartEnvironment,
        int port,
        Duration patience) {
    ServiceDefinition {
        requireNonNull(name, "name is null");
        command = List.copyOf(requireNonNull(command, "command is null"));
        environment = Map.copyOf(requireNonNull(environment, "environment is null"));
        restartEnvironment = Map.copyOf(requireNonNull(restartEnvironment, "restartEnvironment is null"));
        requireNonNull(patience, "patience is null");
    }
}
