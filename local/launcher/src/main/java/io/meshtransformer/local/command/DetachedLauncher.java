package io.meshtransformer.local.command;

import io.meshtransformer.local.LauncherException;
import io.meshtransformer.local.process.ChildCommand;
import io.meshtransformer.local.suite.LogFiles;
import io.meshtransformer.local.suite.StateFile;
import io.meshtransformer.local.suite.SuiteLayout;
import io.meshtransformer.local.suite.SuiteOptions;
import io.meshtransformer.local.suite.SuiteState;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A launcher in the background, started and followed until its suite is ready. */
final class DetachedLauncher {
    private static final long LOOK_MILLISECONDS = 50;

    private final SuiteOptions options;
    private final Process process;
    private final Path output;
    private final StateFile state;
    private final Set<String> shown = new HashSet<>();

    private DetachedLauncher(SuiteOptions options, Process process, Path output) {
        this.options = options;
        this.process = process;
        this.output = output;
        this.state = new StateFile(options.home().stateFile());
    }

    /** Starts it in a session of its own: it outlives the terminal. */
    static DetachedLauncher start(SuiteOptions options) {
        options.home().create();
        var output = options.home().logs().resolve("launcher.out");
        try {
            var process = new ProcessBuilder(ChildCommand.ownSession(ChildCommand.deafToTerminal(command(options))))
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectErrorStream(true)
                    .redirectOutput(Files.createFile(freed(output)).toFile())
                    .start();
            return new DetachedLauncher(options, process, output);
        } catch (IOException e) {
            throw new LauncherException("the launcher did not start: " + e.getMessage(), e);
        }
    }

    /** The file of an earlier launcher stays that launcher's, which may still run. */
    private static Path freed(Path output) throws IOException {
        Files.deleteIfExists(output);
        return output;
    }

    private static List<String> command(SuiteOptions options) {
        var runtime = ManagementFactory.getRuntimeMXBean();
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(runtime.getInputArguments());
        command.addAll(List.of("-cp", runtime.getClassPath(), "io.meshtransformer.local.Mtj", "up"));
        command.addAll(List.of("--home", options.home().directory().toString()));
        command.addAll(List.of("--port", Integer.toString(options.port())));
        command.addAll(List.of("--model", options.model().path().toString()));
        command.addAll(List.of("--engine", options.engine().toString()));
        switch (options.engine()) {
            case VECTOR -> {}
            case XLA ->
                command.addAll(List.of(
                        "--plugin=" + options.xla().plugin(),
                        "--mp=" + options.xla().mp(),
                        "--dp=" + options.xla().dp()));
        }
        command.addAll(List.of("--dtype", options.dtype().toString()));
        options.evaluation().data().ifPresent(data -> command.add("--evaluation-data=" + data));
        options.evaluation().tasks().ifPresent(tasks -> command.add("--evaluation-tasks=" + tasks));
        if (options.nativeExecutables()) {
            command.add("--native");
        }
        return command;
    }

    /**
     * Shows each service as it becomes ready, until all are.
     *
     * @throws LauncherException if the suite fails, with its reason
     */
    void follow(PrintStream out) throws InterruptedException {
        while (true) {
            var alive = process.isAlive();
            var now = current();
            now.ifPresent(suite -> showNew(suite, out));
            if (now.map(SuiteState::phase)
                    .filter(SuiteState.Phase.READY::equals)
                    .isPresent()) {
                out.println("ready: " + options.url());
                return;
            }
            if (!alive) {
                throw new LauncherException(reason(now));
            }
            Thread.sleep(LOOK_MILLISECONDS);
        }
    }

    /** The state, once the new launcher has begun to write it. */
    private Optional<SuiteState> current() {
        return state.read().filter(suite -> suite.launcher().pid() == process.pid());
    }

    private void showNew(SuiteState suite, PrintStream out) {
        suite.services().stream()
                .filter(service -> service.seconds() != null)
                .filter(service -> shown.add(service.name()))
                .map(service -> SuiteLayout.readyLine(service.name(), service.seconds(), service.port()))
                .forEach(out::println);
    }

    private String reason(Optional<SuiteState> suite) {
        return suite.map(SuiteState::failure).orElseGet(() -> {
            var said = LogFiles.tail(output, 1);
            var words = said.isEmpty() ? "it said nothing" : said.getFirst().replaceFirst("^mtj: ", "");
            return words + " (log: " + options.home().log("launcher") + ")";
        });
    }
}
