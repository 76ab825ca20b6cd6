package io.meshtransformer.stablehlo.ir;

import static io.meshtransformer.stablehlo.type.ElementType.I1;
import static io.meshtransformer.stablehlo.type.ElementType.I32;

import io.meshtransformer.stablehlo.type.TensorType;
import java.util.List;

/** Operations that decide which statements run, how often, or when. */
public sealed interface ControlFlow extends Operation
        permits ControlFlow.Call,
                ControlFlow.Case,
                ControlFlow.If,
                ControlFlow.OptimizationBarrier,
                ControlFlow.While,
                Scan {

    /** Runs {@code body} on its own results as long as {@code condition} of them holds. */
    record While(List<Value> operands, Block condition, Block body) implements ControlFlow {
        public While {
            operands = List.copyOf(operands);
        }

        @Override
        public String name() {
            return "while";
        }

        @Override
        public List<Block> regions() {
            return List.of(condition, body);
        }

        @Override
        public boolean capturing() {
            return true;
        }

        @Override
        public List<TensorType> resultTypes() {
            var types = Check.types(operands);
            Check.block(condition, types, List.of(TensorType.scalar(I1)), this, "the condition");
            Check.block(body, types, types, this, "the body");
            return types;
        }

        @Override
        public Operation with(List<Value> operands, List<Block> regions) {
            return new While(operands, regions.get(0), regions.get(1));
        }
    }

    record If(Value predicate, Block onTrue, Block onFalse) implements ControlFlow {
        @Override
        public String name() {
            return "if";
        }

        @Override
        public List<Value> operands() {
            return List.of(predicate);
        }

        @Override
        public List<Block> regions() {
            return List.of(onTrue, onFalse);
        }

        @Override
        public boolean capturing() {
            return true;
        }

        @Override
        public List<TensorType> resultTypes() {
            Check.equal(predicate.type(), TensorType.scalar(I1), this, "the predicate's type");
            Check.block(onTrue, List.of(), onTrue.returnedTypes(), this, "the branch for true");
            Check.block(onFalse, List.of(), onTrue.returnedTypes(), this, "the branch for false");
            return onTrue.returnedTypes();
        }

        @Override
        public Operation with(List<Value> operands, List<Block> regions) {
            return new If(operands.getFirst(), regions.get(0), regions.get(1));
        }
    }

    /** Runs the branch of that index, the last one for any index that there is none for. */
    record Case(Value index, List<Block> branches) implements ControlFlow {
        public Case {
            branches = List.copyOf(branches);
        }

        @Override
        public String name() {
            return "case";
        }

        @Override
        public List<Value> operands() {
            return List.of(index);
        }

        @Override
        public List<Block> regions() {
            return branches;
        }

        @Override
        public boolean capturing() {
            return true;
        }

        @Override
        public List<TensorType> resultTypes() {
            Check.equal(index.type(), TensorType.scalar(I32), this, "the index's type");
            Check.that(!branches.isEmpty(), this, () -> "there must be at least one branch");
            var types = branches.getFirst().returnedTypes();
            for (var i = 0; i < branches.size(); i++) {
                Check.block(branches.get(i), List.of(), types, this, "branch " + i);
            }
            return types;
        }

        @Override
        public Operation with(List<Value> operands, List<Block> regions) {
            return new Case(operands.getFirst(), regions);
        }
    }

    /** The operands themselves, but nothing that needs one of the results runs before all operands are there. */
    record OptimizationBarrier(List<Value> operands) implements ControlFlow {
        public OptimizationBarrier {
            operands = List.copyOf(operands);
        }

        @Override
        public String name() {
            return "optimization_barrier";
        }

        @Override
        public List<TensorType> resultTypes() {
            return Check.types(operands);
        }

        @Override
        public Operation with(List<Value> operands, List<Block> regions) {
            return new OptimizationBarrier(operands);
        }
    }

    /** Another function of the program. */
    record Call(Function callee, List<Value> operands) implements ControlFlow {
        public Call {
            operands = List.copyOf(operands);
        }

        @Override
        public String name() {
            return "call";
        }

        @Override
        public List<TensorType> resultTypes() {
            Check.equal(
                    Check.types(operands),
                    callee.body().argumentTypes(),
                    this,
                    "the types of " + callee.name() + "'s arguments");
            return callee.body().returnedTypes();
        }

        @Override
        public Operation with(List<Value> operands, List<Block> regions) {
            return new Call(callee, operands);
        }
    }
}
