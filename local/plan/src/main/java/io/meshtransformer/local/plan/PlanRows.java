package io.meshtransformer.local.plan;

import io.meshtransformer.xla.hlo.Collective;
import io.meshtransformer.xla.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What there is to say of any plan, per device: a column for each. */
final class PlanRows {
    private static final double GIGA = 1e9;
    private static final double MEGA = 1e6;
    private static final double MILLI = 1e-3;
    private static final int WIDTH = 14;

    private final List<Plan> plans;
    private final List<String> lines = new ArrayList<>();

    PlanRows(List<Plan> plans) {
        this.plans = plans;
    }

    List<String> lines() {
        return lines;
    }

    /** What stands above the columns. */
    void titles(List<String> titles) {
        var next = titles.iterator();
        row("PER DEVICE", _ -> next.next());
    }

    void memory() {
        row("arguments", plan -> gigabytes(plan.outcome().arguments()));
        compiledRow("temporaries", compiled -> gigabytes(compiled.memory().temporaries()));
        compiledRow("outputs", compiled -> gigabytes(compiled.memory().outputs()));
        compiledRow("generated code", compiled -> gigabytes(compiled.memory().generatedCode()));
        row("total", plan -> gigabytes(plan.outcome().needed()));
        row("HBM for programs", plan -> gigabytes(plan.outcome().available()));
        row("fits", plan -> plan.fits() ? "yes" : "no");
        row("left", plan -> gigabytes(-plan.missing()));
    }

    void work() {
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

    private List<String> kinds() {
        return plans.stream()
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
                + plans.stream()
                        .map(value)
                        .map(cell -> ("%" + WIDTH + "s").formatted(cell))
                        .collect(Collectors.joining()));
    }

    static String count(int number, String what) {
        return count(number, what, what + "s");
    }

    static String count(int number, String one, String many) {
        return number + " " + (number == 1 ? one : many);
    }

    static String gigabytes(long bytes) {
        return number(bytes / GIGA, 3) + " GB";
    }

    static String milliseconds(double seconds) {
        return number(seconds / MILLI, 2) + " ms";
    }

    static String number(double value, int digits) {
        return String.format(Locale.ROOT, "%,." + digits + "f", value);
    }
}
