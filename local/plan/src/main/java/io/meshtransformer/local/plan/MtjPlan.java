package io.meshtransformer.local.plan;

import picocli.CommandLine;

/** {@link PlanCommand} by itself, without the launcher around it: what becomes a native executable. */
public final class MtjPlan {
    private MtjPlan() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new PlanCommand())
                .setCommandName("mtj-plan")
                .setUsageHelpAutoWidth(true)
                .execute(arguments));
    }
}
