package io.meshtransformer.training.data.prepare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A preparation in a process of its own, which a test kills: TOKENIZER SOURCE TARGET. */
final class PrepareMain {
    private PrepareMain() {}

    public static void main(String[] arguments) throws IOException {
        var vocabulary = Vocabulary.load(Path.of(arguments[0]), Optional.empty());
        new Preparation(vocabulary, PreparationOptions.of(16), PreparationProgress.NONE)
                .run(List.of(Path.of(arguments[1])), Path.of(arguments[2]));
    }
}
