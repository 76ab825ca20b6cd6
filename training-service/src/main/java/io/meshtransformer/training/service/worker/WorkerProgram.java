package io.meshtransformer.training.service.worker;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.training.run.EngineFactory;
import io.meshtransformer.training.run.StopSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** A worker as a process: arguments in, exit code out ({@link ExitCode}); SIGTERM asks it to commit and end. */
public final class WorkerProgram {
    private static final System.Logger LOG = System.getLogger(WorkerProgram.class.getName());
    /** Where the reason of a bad end is left; Kubernetes shows it. */
    private static final String TERMINATION_LOG = "MTJ_TERMINATION_LOG";

    private final EngineFactory engines;
    private final StopSignal stop = new StopSignal();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicBoolean begun = new AtomicBoolean();
    private volatile int exitCode = ExitCode.DIED;

    public WorkerProgram(EngineFactory engines) {
        this.engines = requireNonNull(engines, "engines is null");
    }

    /** Does not return. */
    public void main(List<String> arguments) {
        WorkerLog.toConsole();
        Runtime.getRuntime().addShutdownHook(new Thread(this::shutDown, "stop"));
        try {
            exitCode = run(arguments);
        } finally {
            ended.countDown();
        }
        System.exit(exitCode);
    }

    /** Runs at SIGTERM, and at the end of everything: the JVM's own exit code for a signal says nothing. */
    private void shutDown() {
        stop.request();
        try {
            // Before its first step there is nothing to commit, and compiling can take minutes.
            if (ended.getCount() > 0 && !begun.get()) {
                Runtime.getRuntime().halt(ExitCode.AGAIN);
            }
            ended.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(exitCode);
    }

    private int run(List<String> arguments) {
        try {
            var options = WorkerOptions.parse(arguments);
            try (var outlet = EventOutlet.open(options)) {
                var code = new Worker(options, engines, outlet, stop, () -> begun.set(true), this::leave).run();
                if (code == ExitCode.FINISHED) {
                    // No other worker comes that could say what was not heard.
                    outlet.awaitHeard(stop);
                }
                return code;
            }
        } catch (IllegalArgumentException e) {
            LOG.log(System.Logger.Level.ERROR, e.getMessage());
            leave(e.getMessage());
            return ExitCode.FOR_GOOD;
        }
    }

    private void leave(String reason) {
        var file = System.getenv(TERMINATION_LOG);
        if (file != null) {
            try {
                Files.writeString(Path.of(file), reason);
            } catch (IOException e) {
                LOG.log(System.Logger.Level.ERROR, "the reason is not left in " + file, e);
            }
        }
    }
}
