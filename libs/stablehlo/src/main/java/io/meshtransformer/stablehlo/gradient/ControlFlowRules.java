package io.meshtransformer.stablehlo.gradient;

import io.meshtransformer.stablehlo.ProgramException.NoGradient;
import io.meshtransformer.stablehlo.ir.ControlFlow;
import io.meshtransformer.stablehlo.ir.CustomCall;
import io.meshtransformer.stablehlo.ir.Operation;
import io.meshtransformer.stablehlo.ir.Scan;
import io.meshtransformer.stablehlo.ir.Statement;
import io.meshtransformer.stablehlo.ir.Value;
import java.util.List;
import java.util.Optional;

/** Blocks and functions are run once more, with their own way back behind them. */
final class ControlFlowRules {
    private ControlFlowRules() {}

    static void pass(ControlFlow operation, Statement statement, Sweep sweep) {
        switch (operation) {
            case ControlFlow.While loop ->
                throw new NoGradient(
                        loop,
                        "nobody knows how often it runs before it has run."
                                + " Use scan, or stopGradient on what it takes");
            case ControlFlow.If branch -> branches(branch, statement, sweep);
            case ControlFlow.Case branch -> branches(branch, statement, sweep);
            case ControlFlow.OptimizationBarrier barrier -> barrier(barrier, statement, sweep);
            case ControlFlow.Call call -> call(call, statement, sweep);
            case Scan scan -> ScanRule.pass(scan, statement, sweep);
        }
    }

    /** The branch that ran is known by the same predicate; each gives the cotangents of what any branch uses. */
    private static void branches(Operation operation, Statement statement, Sweep sweep) {
        var used = operation.regions().stream()
                .flatMap(branch -> branch.captures().stream())
                .distinct()
                .filter(sweep::needs)
                .toList();
        var seeds = seeds(statement, sweep);
        var branches = operation.regions().stream()
                .map(branch -> sweep.block()
                        .block(
                                List.of(),
                                true,
                                (inner, _) -> Gradients.orZeros(
                                        inner, used, Gradients.again(inner, branch, List.of(), seeds, used)))
                        .pruned())
                .toList();
        var cotangents = sweep.block().append(operation.with(operation.operands(), branches));
        for (var i = 0; i < used.size(); i++) {
            var cotangent = cotangents.get(i);
            sweep.give(used.get(i), () -> cotangent);
        }
    }

    /** Cotangents wait for each other as the values did. */
    private static void barrier(ControlFlow.OptimizationBarrier barrier, Statement statement, Sweep sweep) {
        var given = statement.results().stream()
                .filter(result -> sweep.cotangent(result).isPresent())
                .toList();
        var cotangents = sweep.block()
                .optimizationBarrier(given.stream()
                        .map(sweep::cotangent)
                        .map(Optional::orElseThrow)
                        .toList());
        for (var i = 0; i < given.size(); i++) {
            var cotangent = cotangents.get(i);
            var operand = barrier.operands().get(statement.results().indexOf(given.get(i)));
            sweep.give(operand, () -> cotangent);
        }
    }

    private static void call(ControlFlow.Call call, Statement statement, Sweep sweep) {
        var used = call.operands().stream().distinct().filter(sweep::needs).toList();
        var cotangents =
                Gradients.again(sweep.block(), call.callee().body(), call.operands(), seeds(statement, sweep), used);
        for (var i = 0; i < used.size(); i++) {
            var operand = used.get(i);
            cotangents.get(i).ifPresent(cotangent -> sweep.give(operand, () -> cotangent));
        }
    }

    static void passCustomCall(CustomCall call, List<Value> results, Sweep sweep) {
        var rule = sweep.block()
                .tape()
                .customCallRule(call.target())
                .orElseThrow(() -> new NoGradient(
                        call,
                        "nobody has said what the derivative of " + call.target()
                                + " is. ProgramBuilder.customCallRule does"));
        var cotangents = rule.cotangents(
                sweep.block(),
                call,
                results,
                results.stream().map(sweep::cotangentOrZeros).toList());
        if (cotangents.size() != call.operands().size()) {
            throw new NoGradient(
                    call,
                    "the rule of " + call.target() + " returns " + cotangents.size() + " cotangents, the call has "
                            + call.operands().size() + " operands");
        }
        for (var i = 0; i < cotangents.size(); i++) {
            var operand = call.operands().get(i);
            cotangents.get(i).ifPresent(cotangent -> sweep.give(operand, () -> cotangent));
        }
    }

    private static List<Optional<Value>> seeds(Statement statement, Sweep sweep) {
        return statement.results().stream().map(sweep::cotangent).toList();
    }
}
