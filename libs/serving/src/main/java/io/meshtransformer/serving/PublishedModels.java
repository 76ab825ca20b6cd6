package io.meshtransformer.serving;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.contracts.TrainingEvent.CheckpointCommitted;
import io.meshtransformer.tokenizer.TokenizerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Checkpoints that training runs publish, as models. One whose tokenizer is that of the first model, which is the rule,
 * shares it and takes no memory. Not thread-safe.
 */
public final class PublishedModels {
    private static final Logger LOG = Logger.getLogger(PublishedModels.class);

    private final OfferedModel first;
    private final Path firstDirectory;
    /** What was tried, and what came of it: a checkpoint that can't be read is tried again when it is published again. */
    private Map<CheckpointCommitted, Optional<OfferedModel>> known = Map.of();

    public PublishedModels(OfferedModel first, Path firstDirectory) {
        this.first = requireNonNull(first, "first is null");
        this.firstDirectory = requireNonNull(firstDirectory, "firstDirectory is null");
    }

    /** Those of the checkpoints that can be served from here, in their order; reads what is new. */
    public List<OfferedModel> of(List<CheckpointCommitted> offered) {
        var now = new LinkedHashMap<CheckpointCommitted, Optional<OfferedModel>>();
        for (var checkpoint : offered) {
            now.put(checkpoint, known.containsKey(checkpoint) ? known.get(checkpoint) : load(checkpoint));
        }
        known = now;
        var models = new ArrayList<OfferedModel>();
        now.values().forEach(model -> model.ifPresent(models::add));
        return models;
    }

    private Optional<OfferedModel> load(CheckpointCommitted checkpoint) {
        var directory = Path.of(checkpoint.path());
        try {
            var model = hasFirstsTokenizer(directory)
                    ? OfferedModel.load(directory, checkpoint.model(), first.tokenizer(), first.tokenizerHash())
                    : OfferedModel.load(directory, checkpoint.model());
            LOG.infof("'%s' is offered: it was published", model.name());
            return Optional.of(model);
        } catch (IOException | TokenizerException | IllegalArgumentException e) {
            LOG.warnf("'%s' was published and cannot be offered: %s", checkpoint.model(), e.getMessage());
            return Optional.empty();
        }
    }

    private boolean hasFirstsTokenizer(Path directory) throws IOException {
        var mine = directory.resolve(OfferedModel.TOKENIZER);
        var firsts = firstDirectory.resolve(OfferedModel.TOKENIZER);
        return Files.exists(mine) && Files.exists(firsts) && Files.mismatch(mine, firsts) < 0;
    }
}
