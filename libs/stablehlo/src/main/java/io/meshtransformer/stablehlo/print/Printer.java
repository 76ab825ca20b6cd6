package io.meshtransformer.stablehlo.print;

import io.meshtransformer.stablehlo.ir.Argument;
import io.meshtransformer.stablehlo.ir.Block;
import io.meshtransformer.stablehlo.ir.ControlFlow;
import io.meshtransformer.stablehlo.ir.Donation;
import io.meshtransformer.stablehlo.ir.Function;
import io.meshtransformer.stablehlo.ir.Program;
import io.meshtransformer.stablehlo.ir.Scan;
import io.meshtransformer.stablehlo.ir.Statement;
import io.meshtransformer.stablehlo.ir.StopGradient;
import io.meshtransformer.stablehlo.ir.Value;
import io.meshtransformer.stablehlo.sharding.Sharding;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes a program in MLIR's text form: arguments of functions under their names, all other values numbered. */
public final class Printer {
    private final StringBuilder text = new StringBuilder();
    private final OperationText operations = new OperationText(this);
    private final Map<Value, String> names = new IdentityHashMap<>();
    private int depth;
    private int next;

    private Printer() {}

    public static String print(Program program) {
        var printer = new Printer();
        printer.program(program);
        return printer.text.toString();
    }

    private void program(Program program) {
        line("module @" + program.name() + " attributes {mhlo.num_partitions = " + program.partitions()
                + " : i32, mhlo.num_replicas = " + program.replicas() + " : i32} {");
        depth++;
        program.mesh()
                .ifPresent(mesh -> line("sdy.mesh @mesh = <"
                        + mesh.axes().stream()
                                .map(axis -> "\"" + axis.name() + "\"=" + axis.size())
                                .collect(Collectors.joining(", ", "[", "]"))
                        + ">"));
        program.functions().forEach(function -> function(function, function == program.main()));
        depth--;
        line("}");
    }

    private void function(Function function, boolean isPublic) {
        names.clear();
        next = 0;
        function.arguments().forEach(argument -> names.put(argument.value(), "%" + argument.name()));
        var arguments = function.arguments().stream().map(this::argument).collect(Collectors.joining(", "));
        var results = function.results().stream()
                .map(result -> result.value().type() + attributes(sharding(result.sharding())))
                .collect(Collectors.joining(", "));
        line("func.func " + (isPublic ? "public" : "private") + " @" + function.name() + "(" + arguments + ") -> ("
                + results + ") {");
        statements(function.body(), "return");
        line("}");
    }

    private String argument(Argument argument) {
        var attributes = new ArrayList<String>();
        switch (argument.donation()) {
            case Donation.Kept() -> {}
            case Donation.Donated() -> attributes.add("jax.buffer_donor = true");
            case Donation.Aliased(var result) -> attributes.add("tf.aliasing_output = " + result + " : i32");
        }
        attributes.addAll(sharding(argument.sharding()));
        return name(argument.value()) + ": " + argument.value().type() + attributes(attributes);
    }

    private static List<String> sharding(Optional<Sharding> sharding) {
        return sharding.map(present -> "sdy.sharding = #sdy.sharding<@mesh, " + present + ">").stream()
                .toList();
    }

    private static String attributes(List<String> attributes) {
        return attributes.isEmpty() ? "" : " {" + String.join(", ", attributes) + "}";
    }

    private void statements(Block block, String terminator) {
        depth++;
        block.statements().forEach(this::statement);
        line(
                block.returned().isEmpty()
                        ? terminator
                        : terminator + " " + names(block.returned()) + " : " + types(block.returnedTypes()));
        depth--;
    }

    private void statement(Statement statement) {
        if (statement.operation() instanceof Scan scan) {
            ScanLowering.lower(scan, statement.results()).forEach(this::statement);
            return;
        }
        if (statement.operation() instanceof StopGradient(var operand)) {
            names.put(statement.results().getFirst(), name(operand));
            return;
        }
        indent();
        text.append(define(statement.results()));
        operations.write(statement.operation());
        text.append('\n');
    }

    /** Names the results; returns what stands before the operation. */
    private String define(List<Value> results) {
        if (results.isEmpty()) {
            return "";
        }
        var name = "%" + next++;
        if (results.size() == 1) {
            names.put(results.getFirst(), name);
            return name + " = ";
        }
        for (var i = 0; i < results.size(); i++) {
            names.put(results.get(i), name + "#" + i);
        }
        return name + ":" + results.size() + " = ";
    }

    void append(String more) {
        text.append(more);
    }

    /** Blocks with their arguments, as operations in the generic form have them. */
    void regions(List<Block> blocks) {
        append(" (");
        for (var i = 0; i < blocks.size(); i++) {
            var block = blocks.get(i);
            append(i == 0 ? "{\n" : ", {\n");
            if (!block.arguments().isEmpty()) {
                line(block.arguments().stream()
                        .map(argument -> nameOf(argument) + ": " + argument.type())
                        .collect(Collectors.joining(", ", "^bb0(", "):")));
            }
            statements(block, "stablehlo.return");
            indent();
            append("}");
        }
        append(")");
    }

    /** A loop in its own form, in which condition and body share the names of what is carried. */
    void loop(ControlFlow.While loop) {
        var carried = loop.operands().stream().map(operand -> "%" + next++).toList();
        append(IntStream.range(0, carried.size())
                .mapToObj(i -> carried.get(i) + " = " + name(loop.operands().get(i)))
                .collect(Collectors.joining(", ", "stablehlo.while(", ")")));
        if (!carried.isEmpty()) {
            append(" : " + types(loop.resultTypes()));
        }
        append("\n");
        line("cond {", loop.condition(), carried);
        line("} do {", loop.body(), carried);
        indent();
        append("}");
    }

    private void line(String opening, Block block, List<String> arguments) {
        line(opening);
        for (var i = 0; i < arguments.size(); i++) {
            names.put(block.arguments().get(i), arguments.get(i));
        }
        statements(block, "stablehlo.return");
    }

    private String nameOf(Value argument) {
        var name = "%" + next++;
        names.put(argument, name);
        return name;
    }

    String name(Value value) {
        var name = names.get(value);
        if (name == null) {
            throw new IllegalStateException(value + " is used before it is defined");
        }
        return name;
    }

    String names(List<Value> values) {
        return values.stream().map(this::name).collect(Collectors.joining(", "));
    }

    static String types(Collection<TensorType> types) {
        return types.stream().map(TensorType::toString).collect(Collectors.joining(", "));
    }

    private void line(String content) {
        indent();
        text.append(content).append('\n');
    }

    private void indent() {
        text.repeat("  ", depth);
    }
}
