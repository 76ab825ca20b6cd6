package io.meshtransformer.training.checkpoint;

import io.meshtransformer.gptj.GptjTensors;
import io.meshtransformer.gptj.training.StateTensor;
import io.meshtransformer.gptj.training.StateTensor.Kind;
import java.util.Optional;

/** How tensors are called in {@code state/}: {@code first_moment/NAME}, {@code second_moment/NAME}, {@code parameter/NAME}. */
final class StateNames {
    static final String DIRECTORY = "state";

    /** Of the files in {@link #DIRECTORY}, without what tells several apart. */
    static final String FILE = "training";

    static final StateTensor EMBEDDING = new StateTensor(Kind.PARAMETER, GptjTensors.EMBEDDING);
    static final StateTensor EMBEDDING_BIAS = new StateTensor(Kind.PARAMETER, StateTensor.EMBEDDING_BIAS);

    private StateNames() {}

    static String of(StateTensor tensor) {
        return prefix(tensor.kind()) + tensor.name();
    }

    static Optional<StateTensor> parse(String name) {
        for (var kind : Kind.values()) {
            if (name.startsWith(prefix(kind))) {
                return Optional.of(
                        new StateTensor(kind, name.substring(prefix(kind).length())));
            }
        }
        return Optional.empty();
    }

    private static String prefix(Kind kind) {
        return switch (kind) {
            case PARAMETER -> "parameter/";
            case FIRST_MOMENT -> "first_moment/";
            case SECOND_MOMENT -> "second_moment/";
        };
    }
}
