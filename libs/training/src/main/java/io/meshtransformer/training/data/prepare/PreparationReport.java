package io.meshtransformer.training.data.prepare;

import io.meshtransformer.training.data.WindowIndex;
import java.util.Optional;

/**
 * What was prepared.
 *
 * @param training what to learn from
 * @param validation what was held out
 * @param emptyDocuments that had no token and were left out
 * @param unendedDocuments that no delimiter ended and were left out, where that was asked for
 */
public record PreparationReport(
        WindowIndex training, Optional<WindowIndex> validation, long emptyDocuments, long unendedDocuments) {}
