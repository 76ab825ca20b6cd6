package io.meshtransformer.stablehlo.print;

import io.meshtransformer.stablehlo.ir.BinaryFunction;
import io.meshtransformer.stablehlo.ir.Block;
import io.meshtransformer.stablehlo.ir.CompareType;
import io.meshtransformer.stablehlo.ir.ComparisonDirection;
import io.meshtransformer.stablehlo.ir.ControlFlow;
import io.meshtransformer.stablehlo.ir.Elementwise;
import io.meshtransformer.stablehlo.ir.Operation;
import io.meshtransformer.stablehlo.ir.Rearrangement;
import io.meshtransformer.stablehlo.ir.Scan;
import io.meshtransformer.stablehlo.ir.Slicing;
import io.meshtransformer.stablehlo.ir.Source;
import io.meshtransformer.stablehlo.ir.Statement;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.stablehlo.type.Literal;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A scan as a {@code while} that counts. The body's statements are used as they are: those put in front define the
 * values that were its arguments. Stacked tensors are read where they lie; stacked results are written in place.
 */
final class ScanLowering {
    private final Scan scan;
    private final Block scanned;
    private final int carries;
    private final List<TensorType> stackedResults;
    private final List<Statement> statements = new ArrayList<>();

    private ScanLowering(Scan scan) {
        this.scan = scan;
        this.scanned = scan.body();
        this.carries = scan.carries().size();
        var types = scan.resultTypes();
        this.stackedResults = types.subList(carries, types.size());
    }

    /** Statements that define the results of the scan. */
    static List<Statement> lower(Scan scan, List<Value> results) {
        return new ScanLowering(scan).lower(results);
    }

    private List<Statement> lower(List<Value> results) {
        var initial = new ArrayList<Value>();
        initial.add(index(0));
        initial.addAll(scan.carries());
        for (var type : stackedResults) {
            initial.add(add(zeroOf(type)));
        }
        var loop = new ControlFlow.While(initial, condition(), body());
        var defined = new ArrayList<Value>();
        defined.add(Value.argument(Scan.INDEX));
        defined.addAll(results);
        statements.add(new Statement(loop, defined));
        return statements;
    }

    private Block condition() {
        return block(
                arguments(),
                arguments -> List.of(add(new Elementwise.Compare(
                        arguments.getFirst(), index(scan.steps()), ComparisonDirection.LT, CompareType.SIGNED))));
    }

    private Block body() {
        var arguments = arguments();
        // In a forward scan the counter is the body's index, in a reversed one it is computed from it.
        var index = scanned.arguments().getFirst();
        if (!scan.reversed()) {
            arguments.set(0, index);
        }
        Collections.copy(arguments.subList(1, 1 + carries), scanned.arguments().subList(1, 1 + carries));
        return block(arguments, all -> {
            var counter = all.getFirst();
            if (scan.reversed()) {
                define(new Elementwise.Binary(BinaryFunction.SUBTRACT, index(scan.steps() - 1), counter), index);
            }
            for (var i = 0; i < scan.stacked().size(); i++) {
                readSlice(scan.stacked().get(i), index, scanned.arguments().get(1 + carries + i));
            }
            statements.addAll(scanned.statements());
            var next = new ArrayList<Value>();
            next.add(add(new Elementwise.Binary(BinaryFunction.ADD, counter, index(1))));
            next.addAll(scanned.returned().subList(0, carries));
            for (var i = 0; i < stackedResults.size(); i++) {
                next.add(writeSlice(all.get(1 + carries + i), scanned.returned().get(carries + i), index));
            }
            return next;
        });
    }

    /** Without any step there is no slice to read or to write, but the body stands there all the same. */
    private void readSlice(Value stacked, Value index, Value slice) {
        if (scan.steps() == 0) {
            define(zeroOf(slice.type()), slice);
            return;
        }
        var part = add(new Slicing.DynamicSlice(
                stacked, startIndices(index, stacked.rank()), stacked.shape().with(0, 1)));
        define(new Rearrangement.Reshape(part, slice.shape()), slice);
    }

    private Value writeSlice(Value stacked, Value slice, Value index) {
        if (scan.steps() == 0) {
            return stacked;
        }
        var part = add(new Rearrangement.Reshape(slice, slice.shape().stacked(1)));
        return add(new Slicing.DynamicUpdateSlice(stacked, part, startIndices(index, stacked.rank())));
    }

    private List<Value> startIndices(Value index, int rank) {
        var indices = new ArrayList<Value>();
        indices.add(index);
        if (rank > 1) {
            indices.addAll(Collections.nCopies(rank - 1, index(0)));
        }
        return indices;
    }

    private List<Value> arguments() {
        var arguments = new ArrayList<Value>();
        arguments.add(Value.argument(Scan.INDEX));
        scan.carries().forEach(carry -> arguments.add(Value.argument(carry.type())));
        stackedResults.forEach(type -> arguments.add(Value.argument(type)));
        return arguments;
    }

    /** Collects what {@code build} adds as a block of its own. */
    private Block block(List<Value> arguments, UnaryOperator<List<Value>> build) {
        var outer = List.copyOf(statements);
        statements.clear();
        var returned = build.apply(arguments);
        var block = new Block(arguments, statements, returned);
        statements.clear();
        statements.addAll(outer);
        return block;
    }

    private Value index(long value) {
        return add(new Source.Constant(Literal.splat(Scan.INDEX, value)));
    }

    private static Source.Constant zeroOf(TensorType type) {
        return new Source.Constant(
                type.elementType() == ElementType.I1 ? Literal.splat(type, false) : Literal.splat(type, 0L));
    }

    private Value add(Operation operation) {
        var statement = Statement.of(operation);
        statements.add(statement);
        return statement.results().getFirst();
    }

    private void define(Operation operation, Value value) {
        statements.add(new Statement(operation, List.of(value)));
    }
}
