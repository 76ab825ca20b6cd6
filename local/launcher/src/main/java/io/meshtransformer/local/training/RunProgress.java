package io.meshtransformer.local.training;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.local.display.Figures;
import io.meshtransformer.local.display.Progress;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How far a run is.
 *
 * @param totalSteps 0 where it is not known yet
 * @param doing what the worker does besides taking steps, or empty
 */
public record RunProgress(
        long step,
        long totalSteps,
        OptionalDouble loss,
        OptionalDouble tokensPerSecond,
        OptionalDouble mfu,
        Optional<Duration> left,
        String doing)
        implements Progress {
    public RunProgress {
        requireNonNull(loss, "loss is null");
        requireNonNull(tokensPerSecond, "tokensPerSecond is null");
        requireNonNull(mfu, "mfu is null");
        requireNonNull(left, "left is null");
        requireNonNull(doing, "doing is null");
    }

    @Override
    public double part() {
        return totalSteps == 0 ? 0 : Math.min(1, step / (double) totalSteps);
    }

    @Override
    public boolean begun() {
        return step > 0;
    }

    @Override
    public boolean complete() {
        return step == totalSteps;
    }

    /** On one line: {@code step 328/800  loss 3.1021  1.13k tokens/s  MFU 12.1 %  6 min 57 s left}. */
    @Override
    public String text() {
        var text = new StringBuilder("step " + step + "/" + (totalSteps == 0 ? Figures.UNKNOWN : totalSteps));
        loss.ifPresent(value -> text.append(String.format(Locale.ROOT, "  loss %.4f", value)));
        tokensPerSecond.ifPresent(
                value -> text.append("  ").append(Figures.count(value)).append(" tokens/s"));
        mfu.ifPresent(value -> text.append(String.format(Locale.ROOT, "  MFU %.1f %%", 100 * value)));
        left.ifPresent(
                value -> text.append("  ").append(Figures.duration(value)).append(" left"));
        return text.append(doing.isEmpty() ? "" : "  " + doing).toString();
    }
}
