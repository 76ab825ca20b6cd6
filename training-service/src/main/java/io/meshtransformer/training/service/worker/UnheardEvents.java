package io.meshtransformer.training.service.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshtransformer.contracts.MalformedMessageException;
import io.meshtransformer.contracts.MessageCodec;
import io.meshtransformer.contracts.TrainingEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/**
 * Validations, and what became of checkpoints, until the broker has them: no curve would tell of them again. In a file of
 * the run, which the next worker finds.
 */
final class UnheardEvents {
    private static final System.Logger LOG = System.getLogger(UnheardEvents.class.getName());

    private final Path file;
    private final Queue<TrainingEvent> events;

    /** With what an earlier worker left. */
    UnheardEvents(Path file) {
        this.file = file;
        this.events = new ArrayDeque<>(read(file));
    }

    private static List<TrainingEvent> read(Path file) {
        if (!Files.exists(file)) {
            return List.of();
        }
        try (var lines = Files.lines(file)) {
            return lines.flatMap(line -> event(line).stream()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(file + " can't be read", e);
        }
    }

    private static Optional<TrainingEvent> event(String line) {
        try {
            return Optional.of(MessageCodec.read(line.getBytes(UTF_8), TrainingEvent.class));
        } catch (MalformedMessageException _) {
            return Optional.empty(); // The worker was killed within the line.
        }
    }

    /** Oldest first. */
    synchronized List<TrainingEvent> all() {
        return List.copyOf(events);
    }

    synchronized void add(TrainingEvent event) {
        if (isKept(event)) {
            events.add(event);
            try {
                // The line before may have no end.
                var line = "\n" + new String(MessageCodec.write(event), UTF_8);
                Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, "{0} is not noted: {1}", event, e.getMessage());
            }
        }
    }

    private static boolean isKept(TrainingEvent event) {
        return switch (event) {
            case TrainingEvent.ValidationCompleted _,
                    TrainingEvent.CheckpointCommitted _,
                    TrainingEvent.CheckpointFailed _,
                    TrainingEvent.CheckpointDeleted _ -> true;
            case TrainingEvent.RunAccepted _,
                    TrainingEvent.RunQueued _,
                    TrainingEvent.WorkerStarting _,
                    TrainingEvent.RunStarted _,
                    TrainingEvent.StepCompleted _,
                    TrainingEvent.WorkerFailed _,
                    TrainingEvent.RunPreempted _,
                    TrainingEvent.RunRestarting _,
                    TrainingEvent.RunFinished _,
                    TrainingEvent.RunFailed _,
                    TrainingEvent.RunCancelled _,
                    TrainingEvent.Heartbeat _ -> false;
        };
    }

    /** Forgets the file when the broker has all of it: an event that is said twice does no harm. */
    synchronized void heard(List<TrainingEvent> brought) {
        if (events.removeAll(brought) && events.isEmpty()) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, "{0} is not deleted: {1}", file, e.getMessage());
            }
        }
    }
}
