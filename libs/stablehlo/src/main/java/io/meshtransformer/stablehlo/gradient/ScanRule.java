package io.meshtransformer.stablehlo.gradient;

import io.meshtransformer.stablehlo.BlockBuilder;
import io.meshtransformer.stablehlo.ir.Block;
import io.meshtransformer.stablehlo.ir.Scan;
import io.meshtransformer.stablehlo.ir.Statement;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A scan in the other direction. Each of its steps runs the body's step once more, from the carries that the forward
 * scan took there, and goes back through it: of all steps' activations, those of one exist at a time. Cotangents of
 * carries are carried, those of stacked tensors come out stacked, those of values from around the body are summed in
 * carries.
 */
final class ScanRule {
    private final Sweep sweep;
    private final BlockBuilder block;
    private final Scan scan;
    private final Statement statement;
    private final Block body;
    private final int carries;
    /** Places of carries that get cotangents. */
    private final List<Integer> active;
    /** Places of the stacked results that have cotangents. */
    private final List<Integer> yields;
    /** Places of stacked operands, and values from around, for which a step finds cotangents. */
    private final List<Integer> slices = new ArrayList<>();

    private final List<Value> captured = new ArrayList<>();

    private ScanRule(Scan scan, Statement statement, Sweep sweep) {
        this.sweep = sweep;
        this.block = sweep.block();
        this.scan = scan;
        this.statement = statement;
        this.body = scan.body();
        this.carries = scan.carries().size();
        this.active = ScanCarries.active(scan, sweep);
        this.yields = IntStream.range(carries, statement.results().size())
                .filter(place -> sweep.cotangent(statement.results().get(place)).isPresent())
                .boxed()
                .toList();
    }

    static void pass(Scan scan, Statement statement, Sweep sweep) {
        var rule = new ScanRule(scan, statement, sweep);
        rule.give(rule.back(rule.step()));
    }

    /**
     * One step back. It takes the index, cotangents of the active carries, all carries and slices of the forward step,
     * cotangents of what that yielded; it returns cotangents of the active carries, of slices, of captured values.
     */
    private Block step() {
        var types = new ArrayList<TensorType>();
        types.add(Scan.INDEX);
        active.forEach(place -> types.add(scan.carries().get(place).type()));
        types.addAll(body.argumentTypes().subList(1, body.arguments().size()));
        yields.forEach(place -> types.add(body.returned().get(place).type()));
        return block.block(types, true, this::step).pruned();
    }

    private List<Value> step(BlockBuilder inner, List<Value> arguments) {
        var yieldsFrom = arguments.size() - yields.size();
        var forward = new ArrayList<>(arguments.subList(1 + active.size(), yieldsFrom));
        var seeds = new ArrayList<Optional<Value>>(
                Collections.nCopies(body.returned().size(), Optional.empty()));
        for (var i = 0; i < active.size(); i++) {
            seeds.set(active.get(i), Optional.of(arguments.get(1 + i)));
        }
        for (var i = 0; i < yields.size(); i++) {
            seeds.set(yields.get(i), Optional.of(arguments.get(yieldsFrom + i)));
        }
        var stacked = IntStream.range(0, scan.stacked().size())
                .filter(place -> sweep.needs(scan.stacked().get(place)))
                .boxed()
                .toList();
        var around = body.captures().stream().filter(sweep::needs).toList();
        var values = new ArrayList<Value>();
        active.forEach(place -> values.add(forward.get(place)));
        stacked.forEach(place -> values.add(forward.get(carries + place)));
        values.addAll(around);
        forward.addFirst(arguments.getFirst());
        var found = Gradients.again(inner, body, forward, seeds, values);

        var ofSlices = found.subList(active.size(), active.size() + stacked.size());
        var ofCaptured = found.subList(active.size() + stacked.size(), found.size());
        var returned = new ArrayList<>(
                Gradients.orZeros(inner, values.subList(0, active.size()), found.subList(0, active.size())));
        returned.addAll(present(ofSlices, stacked, slices));
        returned.addAll(present(ofCaptured, around, captured));
        return returned;
    }

    /** Those that there are; {@code kept} gets what they belong to. */
    private static <T> List<Value> present(List<Optional<Value>> cotangents, List<T> owners, List<T> kept) {
        for (var i = 0; i < owners.size(); i++) {
            if (cotangents.get(i).isPresent()) {
                kept.add(owners.get(i));
            }
        }
        return cotangents.stream().flatMap(Optional::stream).toList();
    }

    /** All steps back. Results: cotangents of the active carries, of captured values, of slices. */
    private List<Value> back(Block step) {
        var used = step.usedArguments();
        var arguments = step.arguments();
        var ofCarries = arguments.subList(1, 1 + active.size());
        var saved = arguments.subList(1 + active.size(), 1 + active.size() + carries);
        var places = IntStream.range(0, carries)
                .filter(place -> used.contains(saved.get(place)))
                .boxed()
                .toList();
        var kept = ScanCarries.kept(block, scan, statement, places);
        var rest = arguments.subList(1 + active.size() + carries, arguments.size());

        // What the loop reads slices of, and what of it stands for which argument of the step.
        var stacked = new ArrayList<Value>();
        var read = new ArrayList<Value>();
        var constant = new HashMap<Value, Value>();
        for (var i = 0; i < places.size(); i++) {
            var argument = saved.get(places.get(i));
            if (ScanCarries.isConstant(scan, places.get(i))) {
                constant.put(argument, kept.get(i));
            } else {
                read.add(argument);
                stacked.add(kept.get(i));
            }
        }
        var fromCarries = read.size();
        for (var i = 0; i < rest.size(); i++) {
            if (used.contains(rest.get(i))) {
                read.add(rest.get(i));
                stacked.add(
                        i < scan.stacked().size()
                                ? scan.stacked().get(i)
                                : sweep.cotangentOrZeros(statement
                                        .results()
                                        .get(yields.get(i - scan.stacked().size()))));
            }
        }
        var initial = new ArrayList<Value>();
        active.forEach(
                place -> initial.add(sweep.cotangentOrZeros(statement.results().get(place))));
        captured.forEach(value -> initial.add(Gradients.zeros(block, value)));
        return block.scan(scan.steps(), !scan.reversed(), initial, stacked, (inner, index, carried, parts) -> {
            var values = new HashMap<>(constant);
            values.put(arguments.getFirst(), index);
            put(values, read.subList(fromCarries, read.size()), parts.subList(fromCarries, parts.size()));
            // The step must not begin before its cotangents are there, nor share its work with the forward scan, where
            // the compiler unrolls the loops.
            var start = new ArrayList<>(carried.subList(0, active.size()));
            start.addAll(parts.subList(0, fromCarries));
            var begun = start.isEmpty() ? start : inner.optimizationBarrier(start);
            put(values, ofCarries, begun.subList(0, active.size()));
            put(values, read.subList(0, fromCarries), begun.subList(active.size(), begun.size()));
            return sums(
                    inner,
                    inner.inline(
                            new Block(
                                    arguments.stream()
                                            .filter(values::containsKey)
                                            .toList(),
                                    step.statements(),
                                    step.returned()),
                            arguments.stream()
                                    .filter(values::containsKey)
                                    .map(values::get)
                                    .toList()),
                    carried);
        });
    }

    private static void put(Map<Value, Value> values, List<Value> arguments, List<Value> given) {
        for (var i = 0; i < arguments.size(); i++) {
            values.put(arguments.get(i), given.get(i));
        }
    }

    /** The step's cotangents, those of captured values added to the sums that are carried, before the slices'. */
    private List<Value> sums(BlockBuilder inner, List<Value> found, List<Value> carried) {
        var returned = new ArrayList<>(found.subList(0, active.size()));
        var from = active.size() + slices.size();
        for (var i = 0; i < captured.size(); i++) {
            returned.add(inner.add(carried.get(active.size() + i), found.get(from + i)));
        }
        returned.addAll(found.subList(active.size(), from));
        return returned;
    }

    private void give(List<Value> cotangents) {
        var next = cotangents.iterator();
        active.forEach(place -> give(scan.carries().get(place), next.next()));
        captured.forEach(value -> give(value, next.next()));
        slices.forEach(place -> give(scan.stacked().get(place), next.next()));
    }

    private void give(Value value, Value cotangent) {
        sweep.give(value, () -> cotangent);
    }
}
