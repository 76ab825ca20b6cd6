package io.meshtransformer.local.command;

import io.meshtransformer.embedded.Ports;
import io.meshtransformer.local.LauncherException;
import io.meshtransformer.local.model.Engine;
import io.meshtransformer.local.model.XlaOptions;
import io.meshtransformer.local.suite.CacheTraining;
import io.meshtransformer.local.suite.EvaluationFolders;
import io.meshtransformer.local.suite.Home;
import io.meshtransformer.local.suite.SuiteOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Comparator;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** What {@code ./mtj} does after a build. */
@Command(
        name = "caches",
        hidden = true,
        mixinStandardHelpOptions = true,
        description = {
            "Runs a suite once on a home of its own and keeps what its JVMs learnt (JEP 514), so that later ones start",
            "quickly."
        },
        footer = {"", "Example:", "  mtj caches"})
public final class CachesCommand implements Callable<Integer> {
    private CachesCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        var home = temporaryHome();
        try {
            var model = ModelOptions.find(home, ModelOptions.DEFAULT_MODEL);
            var options = new SuiteOptions(
                    Repository.root(),
                    home,
                    Ports.free(),
                    model,
                    Engine.VECTOR,
                    XlaOptions.DEFAULT,
                    model.suitableFormat(),
                    EvaluationFolders.find(home, null, null),
                    false);
            new CacheTraining(options, System.out).run();
            return 0;
        } finally {
            delete(home);
        }
    }

    private static Home temporaryHome() {
        try {
            return new Home(Files.createTempDirectory("mtj-caches"));
        } catch (IOException e) {
            throw new LauncherException("no temporary folder for a home: " + e, e);
        }
    }

    private static void delete(Home home) {
        try (var paths = Files.walk(home.directory())) {
            for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new LauncherException("the temporary home " + home.directory() + " can't be deleted: " + e, e);
        }
    }
}
