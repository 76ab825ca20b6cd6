package io.meshtransformer.stablehlo;

import io.meshtransformer.stablehlo.ir.Operation;
import io.meshtransformer.stablehlo.ir.Value;
import java.io.Serial;
import java.util.stream.Collectors;

/** What is being built is no program. Thrown where the mistake is made, with the types and sizes that do not fit. */
public abstract sealed class ProgramException extends IllegalArgumentException {
    @Serial
    private static final long serialVersionUID = 1L;

    private ProgramException(String message) {
        super(message);
    }

    /** Stable name of the kind of problem. */
    public abstract String code();

    private static String described(Operation operation) {
        return operation.name()
                + operation.operands().stream()
                        .map(Value::type)
                        .map(String::valueOf)
                        .collect(Collectors.joining(", ", "(", ")"));
    }

    /** Operands or attributes that the operation does not take. */
    public static final class InvalidOperation extends ProgramException {
        @Serial
        private static final long serialVersionUID = 1L;

        private final String operation;

        public InvalidOperation(Operation operation, String problem) {
            super(described(operation) + ": " + problem);
            this.operation = operation.name();
        }

        /** The specification's name of the operation. */
        public String operation() {
            return operation;
        }

        @Override
        public String code() {
            return "invalid_operation";
        }
    }

    /** An operation that a gradient would have to pass, and has no rule for it. */
    public static final class NoGradient extends ProgramException {
        @Serial
        private static final long serialVersionUID = 1L;

        private final String operation;

        public NoGradient(Operation operation, String reason) {
            super("there is no gradient of " + described(operation) + ": " + reason);
            this.operation = operation.name();
        }

        /** The specification's name of the operation. */
        public String operation() {
            return operation;
        }

        @Override
        public String code() {
            return "no_gradient";
        }
    }

    /** A mesh or sharding that names no devices, or does not fit the tensor. */
    public static final class InvalidSharding extends ProgramException {
        @Serial
        private static final long serialVersionUID = 1L;

        public InvalidSharding(String problem) {
            super(problem);
        }

        @Override
        public String code() {
            return "invalid_sharding";
        }
    }

    /** Functions, blocks and values that do not fit together. */
    public static final class InvalidStructure extends ProgramException {
        @Serial
        private static final long serialVersionUID = 1L;

        public InvalidStructure(String problem) {
            super(problem);
        }

        @Override
        public String code() {
            return "invalid_structure";
        }
    }
}
