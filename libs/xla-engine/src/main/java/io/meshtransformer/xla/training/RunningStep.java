package io.meshtransformer.xla.training;

import io.meshtransformer.gptj.training.StepResult;
import io.meshtransformer.gptj.training.TrainingEngine.PendingStep;
import io.meshtransformer.pjrt.Event;
import io.meshtransformer.pjrt.Execution;
import io.meshtransformer.pjrt.HostBuffer;

/** A step that the devices take, and its report on the way to the host. */
final class RunningStep implements PendingStep {
    private static final int NUMBERS = 7;

    private final long number;
    private final double learningRate;
    private final Execution execution;
    private final HostBuffer report;
    private final Event copied;
    private StepResult result;

    RunningStep(long number, double learningRate, Execution execution, HostBuffer report, Event copied) {
        this.number = number;
        this.learningRate = learningRate;
        this.execution = execution;
        this.report = report;
        this.copied = copied;
    }

    @Override
    public StepResult await() {
        if (result == null) {
            try (execution;
                    report;
                    copied) {
                execution.await();
                copied.await();
                var numbers = new float[NUMBERS];
                report.read(0, numbers);
                result = result(numbers);
            }
        }
        return result;
    }

    /** See {@link io.meshtransformer.xla.program.TrainingPrograms#trainStep}. */
    private StepResult result(float[] report) {
        return new StepResult(
                number, learningRate, report[0], report[1], report[2], report[3], report[4], report[6], report[5]);
    }
}
