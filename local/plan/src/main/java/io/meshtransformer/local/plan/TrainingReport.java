package io.meshtransformer.local.plan;

import io.meshtransformer.xla.plan.Plan;
import io.meshtransformer.xla.plan.TpuTopology;
import io.meshtransformer.xla.plan.TrainingEstimate;
import io.meshtransformer.xla.plan.TrainingPlanner.Layout;
import io.meshtransformer.xla.program.StateSharding;
import java.util.List;

/**
 * What the command has to say of a training step.
 *
 * @param memory bytes of each device that programs may fill
 * @param sequence tokens of a sequence
 * @param plans of the step, one for each way to divide the state
 * @param mfu that the estimate is read at
 * @param tokenBudget of the whole run
 */
record TrainingReport(
        String model,
        TpuTopology topology,
        long memory,
        String dtype,
        int sequence,
        Layout layout,
        List<Sharded> plans,
        TrainingEstimate estimate,
        double mfu,
        double tokenBudget) {
    /** A plan and how the state is divided in it. */
    record Sharded(StateSharding sharding, Plan plan) {}

    TrainingReport {
        plans = List.copyOf(plans);
    }

    boolean fits() {
        return plans.stream().anyMatch(one -> one.plan().fits());
    }
}
