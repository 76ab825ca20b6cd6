package io.meshtransformer.local.evaluation;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.local.display.Figures;
import io.meshtransformer.local.display.Progress;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How far an evaluation is.
 *
 * @param documents 0 where it is not known yet
 * @param documentsPerSecond of late
 * @param estimate of the task that is being evaluated, or empty
 */
record EvaluationProgress(
        long done, long documents, OptionalDouble documentsPerSecond, Optional<Duration> left, String estimate)
        implements Progress {
    EvaluationProgress {
        requireNonNull(documentsPerSecond, "documentsPerSecond is null");
        requireNonNull(left, "left is null");
        requireNonNull(estimate, "estimate is null");
    }

    @Override
    public double part() {
        return documents == 0 ? 0 : Math.min(1, done / (double) documents);
    }

    @Override
    public boolean begun() {
        return done > 0;
    }

    @Override
    public boolean complete() {
        return done == documents;
    }

    /** {@code 127/200 documents  64.1/s  1 s left  piqa acc 0.5500 ± 0.0500}. */
    @Override
    public String text() {
        var text = new StringBuilder(done + "/" + (documents == 0 ? Figures.UNKNOWN : documents) + " documents");
        documentsPerSecond.ifPresent(
                rate -> text.append("  ").append(Figures.count(rate)).append("/s"));
        left.ifPresent(time -> text.append("  ").append(Figures.duration(time)).append(" left"));
        return text.append(estimate.isEmpty() ? "" : "  " + estimate).toString();
    }
}
