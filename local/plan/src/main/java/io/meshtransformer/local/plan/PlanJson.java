package io.meshtransformer.local.plan;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshtransformer.xla.plan.Plan;
import io.meshtransformer.xla.plan.ServingPlanner.Layout;
import io.meshtransformer.xla.plan.TpuTopology;
import java.util.TreeMap;

/** A report for programs. A tree, not records: nothing to register for a native executable. */
final class PlanJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final double GIGA = 1e9;

    private PlanJson() {}

    static String text(PlanReport report) {
        return tree(report).toPrettyString();
    }

    static ObjectNode tree(PlanReport report) {
        var root = NODES.objectNode();
        root.put("model", report.model());
        root.put("fits", report.fits());
        root.set("topology", topology(report.topology(), report.memory()));
        root.put("dtype", report.dtype());
        root.put("context", report.context());
        root.setAll(layout(report.layout()));
        var programs = root.putArray("programs");
        report.plans().forEach(plan -> programs.add(program(plan)));
        report.mostTokensPerSecond().ifPresent(rate -> root.put("mostTokensPerSecond", rate));
        var alternatives = root.putArray("alternatives");
        report.alternatives().forEach(alternative -> alternatives.add(layout(alternative)));
        return root;
    }

    static String text(TrainingReport report) {
        return tree(report).toPrettyString();
    }

    static ObjectNode tree(TrainingReport report) {
        var layout = report.layout();
        var estimate = report.estimate();
        var root = NODES.objectNode()
                .put("model", report.model())
                .put("fits", report.fits())
                .put("dtype", report.dtype())
                .put("sequence", report.sequence())
                .put("dp", layout.dp())
                .put("mp", layout.mp())
                .put("batch", layout.batch())
                .put("accumulation", layout.accumulation());
        root.set("topology", topology(report.topology(), report.memory()));
        var programs = root.putArray("programs");
        report.plans()
                .forEach(one ->
                        programs.add(program(one.plan()).put("sharding", TrainingPlanOptions.name(one.sharding()))));
        root.put("tokensPerStep", estimate.tokens())
                .put("modelFlopsPerStep", estimate.modelFlops())
                .put("computedFlopsPerStep", estimate.computedFlops())
                .put("peakFlops", estimate.peakFlops())
                .put("mfu", report.mfu())
                .put("stepSeconds", estimate.stepSeconds(report.mfu()))
                .put("tokensPerSecond", estimate.tokensPerSecond(report.mfu()))
                .put("tokenBudget", report.tokenBudget())
                .put("days", estimate.days(report.mfu(), report.tokenBudget()));
        return root;
    }

    private static ObjectNode topology(TpuTopology topology, long memory) {
        var generation = topology.generation();
        return NODES.objectNode()
                .put("name", topology.name())
                .put("devices", topology.devices())
                .put("devicesPerChip", generation.devicesPerChip())
                .put("memory", memory)
                .put("bandwidth", generation.bandwidth())
                .put("peakFlops", generation.peakFlops());
    }

    private static ObjectNode layout(Layout layout) {
        return NODES.objectNode().put("dp", layout.dp()).put("mp", layout.mp()).put("batch", layout.batch());
    }

    private static ObjectNode program(Plan plan) {
        var node = NODES.objectNode()
                .put("name", plan.program())
                .put("devices", plan.devices())
                .put("fits", plan.fits())
                .put("arguments", plan.outcome().arguments())
                .put("needed", plan.outcome().needed())
                .put("available", plan.outcome().available())
                .put("missing", Math.max(0, plan.missing()))
                .put("compileSeconds", plan.compileTime().toNanos() / GIGA);
        if (plan.outcome() instanceof Plan.Compiled compiled) {
            node.set("memory", memory(compiled));
            node.put("matrixFlops", compiled.cost().matrixFlops());
            node.put("bytesAccessed", compiled.cost().mainMemoryBytes());
            var collectives = node.putArray("collectives");
            compiled.cost().collectives().forEach(one -> collectives
                    .addObject()
                    .put("kind", one.kind())
                    .put("count", one.count())
                    .put("bytes", one.bytes()));
            node.putObject("leastSeconds")
                    .put("memory", compiled.prediction().memorySeconds())
                    .put("compute", compiled.prediction().computeSeconds());
            var costs = node.putObject("xlaCostAnalysisLoopsOnce");
            new TreeMap<>(compiled.costAnalysis()).forEach(costs::put);
        }
        return node;
    }

    private static ObjectNode memory(Plan.Compiled compiled) {
        return NODES.objectNode()
                .put("arguments", compiled.memory().arguments())
                .put("temporaries", compiled.memory().temporaries())
                .put("outputs", compiled.memory().outputs())
                .put("generatedCode", compiled.memory().generatedCode());
    }
}
