package io.meshtransformer.local.integration;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** A suite with real processes for the tests of a class; its home is gone afterwards, its logs are kept in target/. */
final class RunningSuite {
    private final Mtj mtj;
    private final String name;
    private final String url;

    private RunningSuite(Mtj mtj, String name, String url) {
        this.mtj = mtj;
        this.name = name;
        this.url = url;
    }

    /** @param name of the folder for its logs */
    static RunningSuite start(String name, String... options) throws Exception {
        return start(name, Files.createTempDirectory("mtj-" + name), options);
    }

    /** @param home with what the suite shall find there */
    static RunningSuite start(String name, Path home, String... options) throws Exception {
        var mtj = Mtj.on(home);
        mtj.up(options);
        return new RunningSuite(mtj, name, mtj.state().get("url").asText());
    }

    Mtj mtj() {
        return mtj;
    }

    Completions completions() {
        return new Completions(url);
    }

    String url() {
        return url;
    }

    void close() throws Exception {
        try {
            mtj.run("down").succeeded();
        } finally {
            var logs = Path.of("target", "suite-logs", name);
            delete(logs);
            Files.createDirectories(logs.getParent());
            copy(mtj.home().resolve("logs"), logs);
            delete(mtj.home());
        }
    }

    private static void copy(Path from, Path to) throws Exception {
        Files.createDirectories(to);
        try (var files = Files.list(from)) {
            for (var file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    private static void delete(Path directory) throws Exception {
        if (Files.exists(directory)) {
            try (var paths = Files.walk(directory)) {
                for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
