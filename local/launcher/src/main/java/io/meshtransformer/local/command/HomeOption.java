package io.meshtransformer.local.command;

import io.meshtransformer.local.suite.Home;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where the suite lives that a command is about. */
final class HomeOption {
    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = "Where data, logs and state are. Default: $$MTJ_HOME, else ~/.mtj")
    private Path directory;

    Home home() {
        if (directory != null) {
            return new Home(directory);
        }
        var environment = System.getenv("MTJ_HOME");
        if (environment != null && !environment.isBlank()) {
            return new Home(Path.of(environment));
        }
        return new Home(Path.of(System.getProperty("user.home"), ".mtj"));
    }
}
