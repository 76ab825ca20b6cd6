package io.meshtransformer.stablehlo.print;

import io.meshtransformer.stablehlo.ir.Collective;
import io.meshtransformer.stablehlo.ir.ControlFlow;
import io.meshtransformer.stablehlo.ir.CustomCall;
import io.meshtransformer.stablehlo.ir.DotGeneral;
import io.meshtransformer.stablehlo.ir.Elementwise;
import io.meshtransformer.stablehlo.ir.Indexing;
import io.meshtransformer.stablehlo.ir.Operation;
import io.meshtransformer.stablehlo.ir.Rearrangement;
import io.meshtransformer.stablehlo.ir.Reduction;
import io.meshtransformer.stablehlo.ir.Scan;
import io.meshtransformer.stablehlo.ir.ShardingConstraint;
import io.meshtransformer.stablehlo.ir.Slicing;
import io.meshtransformer.stablehlo.ir.Source;
import io.meshtransformer.stablehlo.ir.StopGradient;
import io.meshtransformer.stablehlo.ir.Value;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** One operation, without the names of its results: in its own form where that reads better, else in the generic one. */
final class OperationText {
    private final Printer printer;

    OperationText(Printer printer) {
        this.printer = printer;
    }

    void write(Operation operation) {
        switch (operation) {
            case Collective collective -> write(collective);
            case ControlFlow controlFlow -> write(controlFlow);
            case CustomCall call ->
                shaped(
                        call,
                        "@" + call.target() + "(" + names(call) + ") {api_version = 2 : i32, backend_config = "
                                + quoted(call.backendConfig()) + ", has_side_effect = " + call.hasSideEffect() + "}");
            case DotGeneral dot -> write(dot);
            case Elementwise elementwise -> write(elementwise);
            case Indexing indexing -> write(indexing);
            case Rearrangement rearrangement -> write(rearrangement);
            case Reduction reduction -> write(reduction);
            case ShardingConstraint constraint ->
                printer.append("sdy.sharding_constraint " + names(constraint) + " <@mesh, " + constraint.sharding()
                        + "> : " + constraint.operand().type());
            case Source source -> write(source);
            case StopGradient stop -> throw new IllegalStateException(stop.name() + " is printed as its operand");
        }
    }

    private void write(Elementwise elementwise) {
        switch (elementwise) {
            case Elementwise.Unary unary -> {
                if (unary.resultTypes().getFirst().equals(unary.operand().type())) {
                    uniform(unary, names(unary));
                } else {
                    shaped(unary, names(unary));
                }
            }
            case Elementwise.Binary binary -> uniform(binary, names(binary));
            case Elementwise.Compare compare ->
                shaped(compare, compare.direction() + ", " + names(compare) + ", " + compare.compareType());
            case Elementwise.Select select ->
                printer.append("stablehlo.select " + names(select) + " : "
                        + select.predicate().type() + ", " + select.onTrue().type());
            case Elementwise.Clamp clamp -> shaped(clamp, names(clamp));
            case Elementwise.Convert convert -> shaped(convert, names(convert));
            case Elementwise.BitcastConvert convert -> shaped(convert, names(convert));
        }
    }

    private void write(Rearrangement rearrangement) {
        switch (rearrangement) {
            case Rearrangement.BroadcastInDim broadcast ->
                shaped(broadcast, names(broadcast) + ", dims = " + broadcast.dimensions());
            case Rearrangement.Concatenate concatenate ->
                shaped(concatenate, names(concatenate) + ", dim = " + concatenate.dimension());
            case Rearrangement.Pad pad ->
                shaped(
                        pad,
                        names(pad) + ", low = " + pad.low() + ", high = " + pad.high() + ", interior = "
                                + pad.interior());
            case Rearrangement.Reshape reshape -> shaped(reshape, names(reshape));
            case Rearrangement.Reverse reverse -> uniform(reverse, names(reverse) + ", dims = " + reverse.dimensions());
            case Rearrangement.Transpose transpose ->
                shaped(transpose, names(transpose) + ", dims = " + transpose.permutation());
            case Slicing.Slice slice -> shaped(slice, names(slice) + " " + ranges(slice));
            case Slicing.DynamicSlice slice ->
                shaped(slice, names(slice) + ", sizes = " + slice.sizes().dimensions());
            case Slicing.DynamicUpdateSlice update -> shaped(update, names(update));
        }
    }

    private static String ranges(Slicing.Slice slice) {
        return IntStream.range(0, slice.start().size())
                .mapToObj(i -> slice.start().get(i) + ":" + slice.limit().get(i)
                        + (slice.strides().get(i) == 1
                                ? ""
                                : ":" + slice.strides().get(i)))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private void write(Source source) {
        switch (source) {
            case Source.Constant(var literal) ->
                printer.append("stablehlo.constant dense<" + LiteralText.of(literal) + "> : " + literal.type());
            case Source.Iota iota -> printer.append("stablehlo.iota dim = " + iota.dimension() + " : " + iota.type());
            case Source.RngBitGenerator generator ->
                shaped(generator, names(generator) + ", algorithm = " + generator.algorithm());
        }
    }

    private void write(DotGeneral dot) {
        var dimensions = dot.dimensions();
        var batching = dimensions.leftBatching().isEmpty()
                ? ""
                : ", batching_dims = " + dimensions.leftBatching() + " x " + dimensions.rightBatching();
        shaped(
                dot,
                names(dot) + batching + ", contracting_dims = " + dimensions.leftContracting() + " x "
                        + dimensions.rightContracting() + ", precision = [" + dot.precision() + ", " + dot.precision()
                        + "]");
    }

    private void write(Indexing indexing) {
        switch (indexing) {
            case Indexing.Gather gather -> {
                var dimensions = gather.dimensions();
                generic(
                        gather,
                        "dimension_numbers = #stablehlo.gather<"
                                + list("offset_dims", dimensions.offset())
                                + list("collapsed_slice_dims", dimensions.collapsedSlice())
                                + list("operand_batching_dims", dimensions.operandBatching())
                                + list("start_indices_batching_dims", dimensions.startIndicesBatching())
                                + list("start_index_map", dimensions.startIndexMap())
                                + "index_vector_dim = " + dimensions.indexVector() + ">, indices_are_sorted = "
                                + gather.indicesAreSorted() + ", slice_sizes = "
                                + array(gather.sliceSizes().dimensions()));
            }
            case Indexing.Scatter scatter -> {
                var dimensions = scatter.dimensions();
                generic(
                        scatter,
                        "indices_are_sorted = " + scatter.indicesAreSorted()
                                + ", scatter_dimension_numbers = #stablehlo.scatter<"
                                + list("update_window_dims", dimensions.updateWindow())
                                + list("inserted_window_dims", dimensions.insertedWindow())
                                + list("input_batching_dims", dimensions.inputBatching())
                                + list("scatter_indices_batching_dims", dimensions.scatterIndicesBatching())
                                + list("scatter_dims_to_operand_dims", dimensions.scatterToOperand())
                                + "index_vector_dim = " + dimensions.indexVector() + ">, unique_indices = "
                                + scatter.uniqueIndices());
            }
        }
    }

    private static String list(String name, List<Integer> dimensions) {
        return dimensions.isEmpty() ? "" : name + " = " + dimensions + ", ";
    }

    private void write(Reduction reduction) {
        switch (reduction) {
            case Reduction.Reduce reduce -> {
                var function = reduce.body().binaryFunction();
                if (function.isPresent()) {
                    shaped(
                            reduce,
                            "(" + name(reduce.inputs().getFirst()) + " init: "
                                    + name(reduce.initialValues().getFirst()) + ") applies stablehlo." + function.get()
                                    + " across dimensions = " + reduce.dimensions());
                } else {
                    generic(reduce, "dimensions = " + array(reduce.dimensions()));
                }
            }
            case Reduction.Sort sort ->
                generic(sort, "dimension = " + sort.dimension() + " : i64, is_stable = " + sort.stable());
        }
    }

    private void write(ControlFlow controlFlow) {
        switch (controlFlow) {
            case ControlFlow.While loop -> printer.loop(loop);
            case ControlFlow.If branch -> generic(branch, "");
            case ControlFlow.Case branch -> generic(branch, "");
            case ControlFlow.OptimizationBarrier barrier ->
                printer.append("stablehlo.optimization_barrier " + names(barrier) + " : "
                        + Printer.types(barrier.resultTypes()));
            case ControlFlow.Call call ->
                printer.append("func.call @" + call.callee().name() + "(" + names(call) + ")" + signature(call));
            case Scan scan ->
                throw new IllegalStateException(scan.name() + " is printed as the loop that it stands for");
        }
    }

    private void write(Collective collective) {
        switch (collective) {
            case Collective.AllReduce reduce -> generic(reduce, CollectiveText.groups(reduce.groups()));
            case Collective.AllGather gather ->
                generic(
                        gather,
                        "all_gather_dim = " + gather.dimension() + " : i64, " + CollectiveText.groups(gather.groups()));
            case Collective.ReduceScatter scatter ->
                generic(
                        scatter,
                        "scatter_dimension = " + scatter.dimension() + " : i64, "
                                + CollectiveText.groups(scatter.groups()));
            case Collective.AllToAll exchange -> generic(exchange, CollectiveText.exchange(exchange));
            case Collective.CollectivePermute permute -> generic(permute, CollectiveText.pairs(permute));
            case Collective.PartitionId id ->
                printer.append("stablehlo.partition_id : " + id.resultTypes().getFirst());
            case Collective.ReplicaId id ->
                printer.append("stablehlo.replica_id : " + id.resultTypes().getFirst());
        }
    }

    /** Operands and result of one type. */
    private void uniform(Operation operation, String rest) {
        printer.append("stablehlo." + operation.name() + " " + rest + " : "
                + operation.resultTypes().getFirst());
    }

    private void shaped(Operation operation, String rest) {
        printer.append(
                "stablehlo." + operation.name() + (rest.startsWith("(") ? "" : " ") + rest + signature(operation));
    }

    private void generic(Operation operation, String attributes) {
        printer.append("\"stablehlo." + operation.name() + "\"(" + names(operation) + ")"
                + (attributes.isEmpty() ? "" : " <{" + attributes + "}>"));
        if (!operation.regions().isEmpty()) {
            printer.regions(operation.regions());
        }
        printer.append(signature(operation));
    }

    private static String signature(Operation operation) {
        var operands = operation.operands().stream().map(Value::type).toList();
        var results = operation.resultTypes();
        return " : (" + Printer.types(operands) + ") -> "
                + (results.size() == 1 ? results.getFirst() : "(" + Printer.types(results) + ")");
    }

    private String names(Operation operation) {
        return printer.names(operation.operands());
    }

    private String name(Value value) {
        return printer.name(value);
    }

    private static String array(List<? extends Number> numbers) {
        return numbers.isEmpty()
                ? "array<i64>"
                : numbers.stream().map(String::valueOf).collect(Collectors.joining(", ", "array<i64: ", ">"));
    }

    private static String quoted(String content) {
        var text = new StringBuilder("\"");
        content.chars()
                .forEach(character -> text.append(
                        character < ' ' || character == '"' || character == '\\'
                                ? String.format("\\%02X", character)
                                : Character.toString(character)));
        return text.append('"').toString();
    }
}
