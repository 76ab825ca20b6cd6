package io.meshtransformer.gptj;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;
import java.util.List;

/**
 * A model directory is not what it must be. The message names the file, the value and the limit, and lists every
 * problem found rather than the first; it is an {@link IOException} because it comes from files as that does.
 */
public abstract sealed class ModelFormatException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    private ModelFormatException(String what, List<String> problems, Throwable cause) {
        super(sentence(what, problems), cause);
        this.problems = List.copyOf(problems);
    }

    /** Stable name of the kind of problem. */
    public abstract String code();

    /** One sentence per problem, at least one. */
    public List<String> problems() {
        return problems;
    }

    private static String sentence(String what, List<String> problems) {
        if (problems.isEmpty()) {
            throw new IllegalArgumentException("an error about " + what + " needs a problem");
        }
        return problems.size() == 1
                ? what + ": " + problems.getFirst()
                : what + " has " + problems.size() + " problems: " + String.join("; ", problems);
    }

    /** {@code config.json} is missing, is not JSON, or describes no GPT-J. */
    public static final class InvalidConfig extends ModelFormatException {
        @Serial
        private static final long serialVersionUID = 1L;

        public InvalidConfig(Path file, List<String> problems, Throwable cause) {
            super(file.toString(), problems, cause);
        }

        @Override
        public String code() {
            return "invalid_config";
        }
    }

    /** A safetensors file is truncated, or its header does not describe its bytes. */
    public static final class InvalidSafetensors extends ModelFormatException {
        @Serial
        private static final long serialVersionUID = 1L;

        public InvalidSafetensors(Path file, List<String> problems, Throwable cause) {
            super(file.toString(), problems, cause);
        }

        @Override
        public String code() {
            return "invalid_safetensors";
        }
    }

    /** A zip archive of arrays (NumPy's {@code .npz}, PyTorch's {@code .bin}) is truncated, or holds what is not read. */
    public static final class InvalidArchive extends ModelFormatException {
        @Serial
        private static final long serialVersionUID = 1L;

        public InvalidArchive(Path file, List<String> problems, Throwable cause) {
            super(file.toString(), problems, cause);
        }

        @Override
        public String code() {
            return "invalid_archive";
        }
    }

    /** The weight files of a directory do not hold the tensors that its configuration asks for. */
    public static final class InvalidWeights extends ModelFormatException {
        @Serial
        private static final long serialVersionUID = 1L;

        public InvalidWeights(Path directory, List<String> problems, Throwable cause) {
            super(directory.toString(), problems, cause);
        }

        @Override
        public String code() {
            return "invalid_weights";
        }
    }
}
