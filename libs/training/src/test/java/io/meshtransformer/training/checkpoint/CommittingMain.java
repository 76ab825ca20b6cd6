package io.meshtransformer.training.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/** Resumes from the last commit and commits one step after the other, until it is killed. */
final class CommittingMain {
    private CommittingMain() {}

    public static void main(String[] arguments) throws IOException {
        var folder = Path.of(arguments[0]);
        System.out.println("begun");
        try (var store = CheckpointStore.open(folder, new RetentionRule(2, 0, false), InstantSource.system())) {
            var latest = store.openLatestValid();
            if (!latest.skipped().isEmpty()) {
                throw new IllegalStateException("a commit is not whole: " + latest.skipped());
            }
            var step = 0L;
            if (latest.state().isPresent()) {
                try (var state = latest.state().get()) {
                    step = state.step();
                }
            }
            while (true) {
                step++;
                store.commit(
                        NumberedState.of(step),
                        NumberedState.info(step, 3, List.of(folder.resolve("../tokenizer.json"))));
                System.out.println("committed " + step);
            }
        }
    }
}
