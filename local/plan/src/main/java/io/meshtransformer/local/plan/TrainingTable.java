package io.meshtransformer.local.plan;

import static io.meshtransformer.local.plan.PlanRows.count;
import static io.meshtransformer.local.plan.PlanRows.gigabytes;
import static io.meshtransformer.local.plan.PlanRows.number;

import io.meshtransformer.local.plan.TrainingReport.Sharded;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A report of a training step for people: a column for each way to divide the state. */
final class TrainingTable {
    private static final double TERA = 1e12;
    private static final double GIGA = 1e9;

    private final TrainingReport report;
    private final List<String> lines = new ArrayList<>();

    private TrainingTable(TrainingReport report) {
        this.report = report;
    }

    static String text(TrainingReport report) {
        var table = new TrainingTable(report);
        table.head();
        var rows = new PlanRows(report.plans().stream().map(Sharded::plan).toList());
        rows.titles(report.plans().stream()
                .map(one -> TrainingPlanOptions.name(one.sharding()).toUpperCase(Locale.ROOT))
                .toList());
        rows.memory();
        rows.work();
        table.lines.addAll(rows.lines());
        table.estimate();
        table.verdict();
        return String.join(System.lineSeparator(), table.lines);
    }

    private void head() {
        var slice = report.topology();
        var layout = report.layout();
        lines.add("%s, training, %s on fp32 masters, on %s: %s, %d on a chip"
                .formatted(
                        report.model(),
                        report.dtype(),
                        slice.name(),
                        count(slice.devices(), "device"),
                        slice.generation().devicesPerChip()));
        lines.add("dp %d x mp %d, %s of %s of %,d tokens: %,d tokens a step"
                .formatted(
                        layout.dp(),
                        layout.mp(),
                        count(layout.accumulation(), "micro-batch", "micro-batches"),
                        count(layout.dp() * layout.batch(), "sequence"),
                        report.sequence(),
                        report.estimate().tokens()));
        lines.add("");
    }

    private void estimate() {
        var estimate = report.estimate();
        var mfu = report.mfu();
        lines.add("");
        lines.add("A step is %s TFLOP of the model, %s with what is computed again; the peak is %s TFLOP/s."
                .formatted(
                        number(estimate.modelFlops() / TERA, 0),
                        number(estimate.computedFlops() / TERA, 0),
                        number(estimate.peakFlops() / TERA, 0)));
        lines.add("At %s %% MFU: %s s a step, %s tokens/s; %s billion tokens take %s days."
                .formatted(
                        number(mfu * 100, 0),
                        number(estimate.stepSeconds(mfu), 2),
                        number(estimate.tokensPerSecond(mfu), 0),
                        number(report.tokenBudget() / GIGA, 0),
                        number(estimate.days(mfu, report.tokenBudget()), 1)));
        lines.add("For comparison: the run of 2021 trained GPT-J-6B at 151,000 tokens/s on the 256 cores of v3:8x16.");
    }

    private void verdict() {
        report.plans().stream()
                .filter(one -> !one.plan().fits())
                .forEach(one -> lines.add("%s does not fit: %s too much on each device."
                        .formatted(
                                TrainingPlanOptions.name(one.sharding()),
                                gigabytes(one.plan().missing()))));
    }
}
