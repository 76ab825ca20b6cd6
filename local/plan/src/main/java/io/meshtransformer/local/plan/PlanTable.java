package io.meshtransformer.local.plan;

import io.meshtransformer.xla.hlo.Collective;
import io.meshtransformer.xla.plan.Plan;
import io.meshtransformer.xla.plan.ServingPlanner.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A report for people: a column for each program. */
final class PlanTable {
    private static final double GIGA = 1e9;
    private static final double MEGA = 1e6;
    private static final double MILLI = 1e-3;
    private static final int WIDTH = 14;

    private final PlanReport report;
    private final List<String> lines = new ArrayList<>();

    private PlanTable(PlanReport report) {
        this.report = report;
    }

    static String text(PlanReport report) {
        var table = new PlanTable(report);
        table.head();
        table.memory();
        table.work();
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
        row("PER DEVICE", plan -> plan.program().toUpperCase(Locale.ROOT));
    }

    private void memory() {
        row("arguments", plan -> gigabytes(plan.outcome().arguments()));
        compiledRow("temporaries", compiled -> gigabytes(compiled.memory().temporaries()));
        compiledRow("outputs", compiled -> gigabytes(compiled.memory().outputs()));
        compiledRow("generated code", compiled -> gigabytes(compiled.memory().generatedCode()));
        row("total", plan -> gigabytes(plan.outcome().needed()));
        row("HBM for programs", plan -> gigabytes(plan.outcome().available()));
        row("fits", plan -> plan.fits() ? "yes" : "no");
        row("left", plan -> gigabytes(-plan.missing()));
    }

    private void work() {
        lines.add("");
        compiledRow("matrix GFLOP", compiled -> number(compiled.cost().matrixFlops() / GIGA, 1));
        compiledRow("HBM traffic", compiled -> gigabytes(compiled.cost().mainMemoryBytes()));
        kinds().forEach(kind -> {
            compiledRow(kind, compiled -> collective(compiled, kind, one -> Long.toString(one.count())));
            compiledRow(
                    "  bytes", compiled -> collective(compiled, kind, one -> number(one.bytes() / MEGA, 1) + " MB"));
        });
        compiledRow(
                "least by HBM", compiled -> milliseconds(compiled.prediction().memorySeconds()));
        compiledRow(
                "least by FLOPs", compiled -> milliseconds(compiled.prediction().computeSeconds()));
        row("compile time", plan -> number(plan.compileTime().toMillis() * MILLI, 1) + " s");
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

    private List<String> kinds() {
        return report.plans().stream()
                .filter(plan -> plan.outcome() instanceof Plan.Compiled)
                .flatMap(plan -> ((Plan.Compiled) plan.outcome()).cost().collectives().stream())
                .map(Collective::kind)
                .distinct()
                .sorted()
                .toList();
    }

    private static String collective(Plan.Compiled compiled, String kind, Function<Collective, String> text) {
        return compiled.cost().collectives().stream()
                .filter(one -> one.kind().equals(kind))
                .findFirst()
                .map(text)
                .orElse("-");
    }

    private void compiledRow(String name, Function<Plan.Compiled, String> value) {
        row(name, plan -> switch (plan.outcome()) {
            case Plan.Compiled compiled -> value.apply(compiled);
            case Plan.TooLarge _ -> "-";
        });
    }

    private void row(String name, Function<Plan, String> value) {
        lines.add("%-18s".formatted(name)
                + report.plans().stream()
                        .map(value)
                        .map(cell -> ("%" + WIDTH + "s").formatted(cell))
                        .collect(Collectors.joining()));
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private static String gigabytes(long bytes) {
        return number(bytes / GIGA, 3) + " GB";
    }

    private static String milliseconds(double seconds) {
        return number(seconds / MILLI, 2) + " ms";
    }

    private static String number(double value, int digits) {
        return String.format(Locale.ROOT, "%,." + digits + "f", value);
    }
}
