package io.meshtransformer.pjrt.plugin;

import io.meshtransformer.pjrt.plugin.PluginStoreException.Problem;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * Downloads wheels with the machine's own pip, so that whatever index, proxy or folder pip is configured for is used
 * here too.
 *
 * @param command how pip is called; empty if there is none
 * @param environment variables in addition to this process's own
 */
public record Pip(List<String> command, Map<String, String> environment) {
    private static final long PROGRESS_INTERVAL_MILLIS = 200;
    private static final int LINES_OF_ERROR = 5;

    public Pip {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** pip, or Python's pip module, from the PATH. */
    public static Pip onPath() {
        var path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        var command = Stream.of(List.of("pip3"), List.of("pip"), List.of("python3", "-m", "pip"))
                .filter(candidate -> isOnPath(path, candidate.getFirst()))
                .findFirst();
        return new Pip(command.orElse(List.of()), Map.of());
    }

    private static boolean isOnPath(String path, String program) {
        return Stream.of(path.split(File.pathSeparator))
                .filter(directory -> !directory.isEmpty())
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    /**
     * Downloads a plugin's wheel.
     *
     * @param directory where it goes, and where pip keeps what is unfinished
     * @param progress is told how many bytes are there
     */
    Path download(PluginPackage plugin, Path directory, LongConsumer progress) throws IOException {
        if (command.isEmpty()) {
            throw new PluginStoreException(
                    Problem.NO_PIP,
                    "pip downloads the plugin " + plugin + ", and there is neither pip3, pip nor python3 on the PATH:"
                            + " install Python's pip, or copy the plugin cache of another machine");
        }
        var log = directory.resolve("pip.log");
        var builder = new ProcessBuilder(arguments(plugin, directory));
        builder.environment().putAll(environment);
        builder.environment().put("TMPDIR", directory.toString());
        builder.redirectErrorStream(true).redirectOutput(log.toFile());
        var exit = waitFor(builder.start(), directory, progress);
        if (exit != 0) {
            throw new PluginStoreException(
                    Problem.DOWNLOAD_FAILED,
                    "pip could not download " + plugin.requirementSpecifier() + " (exit code " + exit + "): "
                            + lastLines(log));
        }
        try (var wheels = Files.newDirectoryStream(directory, "*.whl")) {
            for (var wheel : wheels) {
                return wheel;
            }
        }
        throw new PluginStoreException(
                Problem.DOWNLOAD_FAILED, "pip left no wheel of " + plugin.requirementSpecifier());
    }

    /** The tags name one wheel, whatever Python and machine pip itself runs on. */
    private List<String> arguments(PluginPackage plugin, Path directory) {
        var arguments = new ArrayList<>(command);
        arguments.addAll(List.of("download", "--no-deps", "--only-binary=:all:"));
        arguments.addAll(List.of("--python-version", "3.11", "--implementation", "cp"));
        arguments.addAll(List.of("--platform", plugin.platform()));
        arguments.addAll(List.of("--disable-pip-version-check", "--no-input", "--no-cache-dir"));
        arguments.addAll(List.of("--dest", directory.toString(), plugin.requirementSpecifier()));
        return arguments;
    }

    private static int waitFor(Process pip, Path directory, LongConsumer progress) throws IOException {
        try {
            while (!pip.waitFor(PROGRESS_INTERVAL_MILLIS, TimeUnit.MILLISECONDS)) {
                progress.accept(bytesIn(directory));
            }
            return pip.exitValue();
        } catch (InterruptedException interrupted) {
            pip.destroy();
            pip.onExit().join();
            Thread.currentThread().interrupt();
            throw new PluginStoreException(
                    Problem.INTERRUPTED, "the download was interrupted; nothing is left of it", interrupted);
        }
    }

    private static long bytesIn(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            return files.map(Path::toFile)
                    .filter(File::isFile)
                    .mapToLong(File::length)
                    .sum();
        } catch (UncheckedIOException movedMeanwhile) {
            return 0;
        }
    }

    private static String lastLines(Path log) throws IOException {
        var lines = Files.readAllLines(log);
        return String.join(" | ", lines.subList(Math.max(0, lines.size() - LINES_OF_ERROR), lines.size()));
    }
}
