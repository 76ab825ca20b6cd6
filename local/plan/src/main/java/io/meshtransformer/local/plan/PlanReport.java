package io.meshtransformer.local.plan;

import io.meshtransformer.xla.plan.Plan;
import io.meshtransformer.xla.plan.ServingPlanner.Layout;
import io.meshtransformer.xla.plan.TpuTopology;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What the command has to say.
 *
 * @param memory bytes of each device that programs may fill
 * @param context tokens of a sequence that the caches have room for
 * @param plans of the decode step and the prefill
 * @param alternatives what fits where the plans do not
 */
record PlanReport(
        String model,
        TpuTopology topology,
        long memory,
        String dtype,
        int context,
        Layout layout,
        List<Plan> plans,
        boolean fits,
        List<Layout> alternatives) {
    PlanReport {
        plans = List.copyOf(plans);
        alternatives = List.copyOf(alternatives);
    }

    /** Tokens per second of all replicas if a decode step took its least time; empty if it does not compile. */
    OptionalDouble mostTokensPerSecond() {
        return plans.getFirst().outcome() instanceof Plan.Compiled decode
                ? OptionalDouble.of(
                        layout.batch() * layout.dp() / decode.prediction().leastSeconds())
                : OptionalDouble.empty();
    }
}
