package io.meshtransformer.training.service.worker;

import io.meshtransformer.contracts.TrainingEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Which step's event the broker had last, in a file of the run: the next worker says the later ones again. */
final class HeardSteps {
    private static final System.Logger LOG = System.getLogger(HeardSteps.class.getName());

    private final Path file;

    HeardSteps(Path file) {
        this.file = file;
    }

    /** 0 where none was heard. */
    long step() {
        try {
            return Files.exists(file) ? Long.parseLong(Files.readString(file).strip()) : 0;
        } catch (NumberFormatException _) {
            return 0; // Half written by a machine that lost its power: what is said twice does no harm.
        } catch (IOException e) {
            throw new UncheckedIOException(file + " can't be read", e);
        }
    }

    /** @param brought events that the broker has */
    void note(List<TrainingEvent> brought) {
        for (var event : brought.reversed()) {
            if (event instanceof TrainingEvent.StepCompleted step) {
                write(step.step());
                return;
            }
        }
    }

    private void write(long step) {
        try {
            var aside = file.resolveSibling(file.getFileName() + ".new");
            Files.writeString(aside, Long.toString(step));
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // A full disk: some steps will be said twice.
            LOG.log(System.Logger.Level.WARNING, "step {0} is not noted as heard: {1}", step, e.getMessage());
        }
    }
}
