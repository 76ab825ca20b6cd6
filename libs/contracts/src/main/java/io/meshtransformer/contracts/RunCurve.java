package io.meshtransformer.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;

/**
 * What a run's steps said, in the order of steps.
 *
 * @param stride every how many steps one is given; the last step is always there
 */
public record RunCurve(long stride, List<StepPoint> steps, List<ValidationPoint> validations) {
    public RunCurve {
        steps = List.copyOf(Required.field(steps, "steps"));
        validations = List.copyOf(Required.field(validations, "validations"));
    }

    /** A {@link TrainingEvent.StepCompleted} without what is the same for all steps. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record StepPoint(
            long step,
            Instant time,
            double loss,
            double crossEntropy,
            double learningRate,
            double gradientNorm,
            Double gradientNoiseScale,
            double seconds,
            double tokensPerSecond,
            Double mfu,
            long tokens,
            double epoch) {
        public StepPoint {
            Required.field(time, "time");
        }
    }

    /** A {@link TrainingEvent.ValidationCompleted}. */
    public record ValidationPoint(long step, Instant time, String set, double loss) {
        public ValidationPoint {
            Required.field(time, "time");
            Required.field(set, "set");
        }
    }
}
