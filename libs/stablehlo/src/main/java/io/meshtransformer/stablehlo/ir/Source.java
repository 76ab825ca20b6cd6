package io.meshtransformer.stablehlo.ir;

import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.stablehlo.type.Literal;
import io.meshtransformer.stablehlo.type.TensorType;
import java.util.List;

/** Operations that make values of nothing, or of a state. */
public sealed interface Source extends Operation {

    record Constant(Literal literal) implements Source {
        @Override
        public String name() {
            return "constant";
        }

        @Override
        public List<Value> operands() {
            return List.of();
        }

        @Override
        public List<TensorType> resultTypes() {
            return List.of(literal.type());
        }

        @Override
        public Operation with(List<Value> operands, List<Block> regions) {
            return this;
        }
    }

    /** Each element is its index along {@code dimension}. */
    record Iota(TensorType type, int dimension) implements Source {
        @Override
        public String name() {
            return "iota";
        }

        @Override
        public List<Value> operands() {
            return List.of();
        }

        @Override
        public List<TensorType> resultTypes() {
            Check.dimension(dimension, type.rank(), this, "the dimension of " + type);
            Check.that(
                    Domain.NUMBER.contains(type.elementType()),
                    this,
                    () -> "the element type is " + type.elementType() + ", it must be " + Domain.NUMBER);
            return List.of(type);
        }

        @Override
        public Operation with(List<Value> operands, List<Block> regions) {
            return this;
        }
    }

    /**
     * Uniform random bits. Results are the next state and the bits.
     *
     * @param state {@code ui64}, of 2 elements for {@link RngAlgorithm#THREE_FRY}, 2 or 3 for the others
     */
    record RngBitGenerator(Value state, RngAlgorithm algorithm, TensorType type) implements Source {
        @Override
        public String name() {
            return "rng_bit_generator";
        }

        @Override
        public List<Value> operands() {
            return List.of(state);
        }

        @Override
        public List<TensorType> resultTypes() {
            var most = algorithm == RngAlgorithm.THREE_FRY ? 2 : 3;
            Check.that(
                    state.elementType() == ElementType.UI64
                            && state.rank() == 1
                            && state.dimension(0) >= 2
                            && state.dimension(0) <= most,
                    this,
                    () -> "the state of " + algorithm + " must be tensor<2xui64>"
                            + (most == 3 ? " or tensor<3xui64>" : ""));
            Check.that(
                    Domain.NUMBER.contains(type.elementType()),
                    this,
                    () -> "the element type is " + type.elementType() + ", it must be " + Domain.NUMBER);
            return List.of(state.type(), type);
        }

        @Override
        public Operation with(List<Value> operands, List<Block> regions) {
            return new RngBitGenerator(operands.getFirst(), algorithm, type);
        }
    }
}
