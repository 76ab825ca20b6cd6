package io.meshtransformer.training.service.control;

import io.meshtransformer.training.checkpoint.CheckpointCatalog;
import io.meshtransformer.training.checkpoint.CheckpointName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jboss.logging.Logger;

/** Checkpoints that their runs shall not delete, since they are published. */
final class Pins {
    private static final Logger LOG = Logger.getLogger(Pins.class);

    private Pins() {}

    /** Where this process does not see the files, they are left to the run's own rule. */
    static void keep(Path checkpoint) {
        var name = CheckpointName.of(checkpoint);
        if (name.isEmpty() || Files.notExists(checkpoint)) {
            LOG.infof("%s is published, but its files are not seen from here: its run may delete it", checkpoint);
            return;
        }
        try {
            new CheckpointCatalog(checkpoint.getParent()).pin(name.get().step());
        } catch (IOException e) {
            LOG.warnf(
                    "%s is published, but could not be pinned: its run may delete it (%s)", checkpoint, e.getMessage());
        }
    }
}
