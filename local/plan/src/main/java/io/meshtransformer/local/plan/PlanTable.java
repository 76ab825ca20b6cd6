package io.meshtransformer.local.plan;

import static io.meshtransformer.local.plan.PlanRows.count;
import static io.meshtransformer.local.plan.PlanRows.gigabytes;
import static io.meshtransformer.local.plan.PlanRows.milliseconds;

import io.meshtransformer.xla.plan.Plan;
import io.meshtransformer.xla.plan.ServingPlanner.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A report for people: a column for each program. */
final class PlanTable {
    private final PlanReport report;
    private final List<String> lines = new ArrayList<>();

    private PlanTable(PlanReport report) {
        this.report = report;
    }

    static String text(PlanReport report) {
        var table = new PlanTable(report);
        table.head();
        var rows = new PlanRows(report.plans());
        rows.titles(report.plans().stream()
                .map(plan -> plan.program().toUpperCase(Locale.ROOT))
                .toList());
        rows.memory();
        rows.work();
        table.lines.addAll(rows.lines());
        table.verdict();
        return String.join(System.lineSeparator(), table.lines);
    }

    private void head() {
        var slice = report.topology();
        var layout = report.layout();
        lines.add("%s, serving, %s, on %s: %s, %d on a chip"
                .formatted(
                        report.model(),
                        report.dtype(),
                        slice.name(),
                        count(slice.devices(), "device"),
                        slice.generation().devicesPerChip()));
        lines.add("dp %d x mp %d: %s of %s, %,d sequences of %,d tokens each"
                .formatted(
                        layout.dp(),
                        layout.mp(),
                        count(layout.dp(), "replica"),
                        count(layout.mp(), "device"),
                        layout.batch(),
                        report.context()));
        lines.add("");
    }

    private void verdict() {
        lines.add("");
        if (report.fits()) {
            var decode = (Plan.Compiled) report.plans().getFirst().outcome();
            lines.add("A decode step with every sequence at %,d tokens takes at least %s, so %,.0f tokens/s at most."
                    .formatted(
                            report.context(),
                            milliseconds(decode.prediction().leastSeconds()),
                            report.mostTokensPerSecond().orElseThrow()));
            return;
        }
        report.plans().stream()
                .filter(plan -> !plan.fits())
                .forEach(plan -> lines.add("%s does not fit: %s too much on each device."
                        .formatted(plan.program(), gigabytes(plan.missing()))));
        lines.add(
                report.alternatives().isEmpty()
                        ? "No smaller batch fits, and no larger mp of this slice."
                        : "What fits: "
                                + report.alternatives().stream()
                                        .map(PlanTable::options)
                                        .collect(Collectors.joining(", or "))
                                + ".");
    }

    private static String options(Layout layout) {
        return "--mp %d --dp %d --batch %d".formatted(layout.mp(), layout.dp(), layout.batch());
    }
}
