package io.meshtransformer.training.service.launch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.meshtransformer.training.service.run.Ending;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Workers as processes of this machine, each in a session of its own. A shell waits for each and writes down how it ended,
 * so that the process that launched it is not needed for that.
 */
public final class LocalLauncher implements Launcher {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration OTHER_PATIENCE = Duration.ofSeconds(1);
    private static final long LOOK_MILLIS = 10;
    private static final String WRAPPER = "worker.sh";

    private final Path runs;
    private final List<String> command;
    private final Map<String, String> environment;

    /**
     * @param runs each run has a folder of its name in it
     * @param command that a worker's arguments are added to
     * @param environment beside this process's own
     */
    public LocalLauncher(Path runs, List<String> command, Map<String, String> environment) {
        this.runs = requireNonNull(runs, "runs is null").toAbsolutePath();
        this.command = List.copyOf(command);
        this.environment = Map.copyOf(environment);
    }

    @Override
    public void launch(Assignment assignment) throws LaunchException {
        for (var earlier = 1; earlier < assignment.attempt(); earlier++) {
            kill(assignment.run(), earlier);
        }
        var folder = folder(assignment.run(), assignment.attempt());
        if (folder.process().isEmpty()) {
            start(assignment, folder);
        }
    }

    private void start(Assignment assignment, WorkerFolder folder) throws LaunchException {
        try {
            Files.createDirectories(folder.path());
            Files.writeString(folder.configuration(), assignment.configuration().toString());
            var builder = new ProcessBuilder(wrapped(assignment, folder))
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(
                            ProcessBuilder.Redirect.appendTo(folder.log().toFile()));
            builder.environment().putAll(environment);
            builder.environment().put("MTJ_TERMINATION_LOG", folder.reasonFile().toString());
            awaitProcess(builder.start(), folder);
        } catch (IOException e) {
            throw new LaunchException("no worker could be launched with " + folder.path() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LaunchException("interrupted while a worker is launched", e);
        }
    }

    private List<String> wrapped(Assignment assignment, WorkerFolder folder) throws IOException {
        var words = new ArrayList<>(List.of("setsid", "bash", "-c", script(), WRAPPER));
        words.add(folder.path().toString());
        words.addAll(command);
        words.addAll(List.of("worker", "--run", runs.resolve(assignment.run()).toString()));
        words.addAll(List.of("--configuration", folder.configuration().toString()));
        words.addAll(List.of("--attempt", String.valueOf(assignment.attempt())));
        return words;
    }

    private static String script() throws IOException {
        try (var resource = LocalLauncher.class.getResourceAsStream(WRAPPER)) {
            return new String(requireNonNull(resource, WRAPPER + " is null").readAllBytes(), UTF_8);
        }
    }

    /** Returns when the wrapper has written down whom it waits for. */
    private static void awaitProcess(Process wrapper, WorkerFolder folder)
            throws InterruptedException, LaunchException {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (folder.process().isEmpty()) {
            if (wrapper.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                // Another wrapper came before, of a control plane that died at once.
                deadline = Math.min(deadline, System.nanoTime() + OTHER_PATIENCE.toNanos());
                Thread.sleep(LOOK_MILLIS);
            }
            if (folder.process().isEmpty() && System.nanoTime() > deadline) {
                throw new LaunchException("no worker could be launched, " + folder.log() + " may say why");
            }
        }
    }

    @Override
    public Optional<Ending> ending(String run, int attempt) {
        return folder(run, attempt).ending();
    }

    @Override
    public void stop(String run, int attempt) {
        folder(run, attempt).process().ifPresent(WorkerProcess::terminate);
    }

    @Override
    public void kill(String run, int attempt) {
        folder(run, attempt).process().ifPresent(WorkerProcess::kill);
    }

    private WorkerFolder folder(String run, int attempt) {
        return WorkerFolder.of(runs, run, attempt);
    }
}
