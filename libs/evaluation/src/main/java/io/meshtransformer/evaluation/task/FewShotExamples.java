package io.meshtransformer.evaluation.task;

import io.meshtransformer.evaluation.random.PythonRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The answered documents that stand before each asked one. Which they are depends on how many were drawn before, so the
 * sampler's state is kept for each 1024th asked document. Drawing again in place of a copy does not change that state, as
 * it does in the harness: only where documents occur twice are examples others than its own from there on. Source: lm-evaluation-harness, {@code
 * lm_eval/api/samplers.py} and {@code ConfigurableTask.fewshot_context}. It may be used by several threads.
 */
final class FewShotExamples {
    private static final int STRIDE = 1024;

    private final TaskDefinition task;
    private final Questioner questioner;
    private final Documents pool;
    private final int number;
    private final int drawn;
    private final List<PythonRandom> states = new ArrayList<>();

    /** @throws TaskException.DataUnavailable if there are not enough documents */
    FewShotExamples(TaskDefinition task, Documents pool, Task.FewShot wanted) {
        this.task = task;
        this.questioner = new Questioner(task);
        this.pool = pool;
        this.number = wanted.examples();
        this.drawn = number + (task.examples().oneMore() ? 1 : 0);
        if (pool.count() < drawn) {
            throw new TaskException.DataUnavailable(
                    "%d examples of '%s' are drawn from %d documents, %s has %d"
                            .formatted(number, task.name(), drawn, pool.name(), pool.count()),
                    null);
        }
        states.add(new PythonRandom(wanted.seed()));
    }

    /** What stands before asked documents, one after the other. Not for several threads. */
    final class Reader {
        private final PythonRandom random;

        private Reader(int from) {
            random = stateBefore(from);
        }

        String next(Documents.Document asked) {
            return examples(asked).limit(number).map(this::text).collect(Collectors.joining());
        }

        private Stream<Documents.Document> examples(Documents.Document asked) {
            if (task.examples().first()) {
                return IntStream.range(0, drawn).mapToObj(pool::read).filter(example -> mayBe(example, asked));
            }
            var examples = IntStream.of(random.sampleIndices(pool.count(), drawn))
                    .mapToObj(pool::read)
                    .filter(example -> mayBe(example, asked))
                    .toList();
            return examples.size() >= number ? examples.stream() : others(asked);
        }

        /** Where copies of the asked document were drawn too, others are drawn in their place. */
        private Stream<Documents.Document> others(Documents.Document asked) {
            var indices = IntStream.range(0, pool.count())
                    .filter(index -> mayBe(pool.read(index), asked))
                    .boxed()
                    .toList();
            if (indices.size() < number) {
                throw new TaskException.DataUnavailable(
                        "%s: %d examples are wanted, %s has %d other documents"
                                .formatted(asked.place(), number, pool.name(), indices.size()),
                        null);
            }
            return random.copy().sample(indices, number).stream().map(pool::read);
        }

        private boolean mayBe(Documents.Document example, Documents.Document asked) {
            return !task.examples().oneMore() || !example.fields().equals(asked.fields());
        }

        private String text(Documents.Document example) {
            var question = questioner.question(example);
            var answer = question.exampleAnswer();
            var delimiter = task.question().delimiter();
            return question.exampleText()
                    + (answer.isEmpty()
                            ? ""
                            : delimiter + answer + task.examples().delimiter());
        }
    }

    /** @param from index of the first asked document */
    Reader from(int from) {
        return new Reader(from);
    }

    private synchronized PythonRandom stateBefore(int index) {
        while (states.size() <= index / STRIDE) {
            states.add(advanced(states.getLast(), STRIDE));
        }
        return advanced(states.get(index / STRIDE), index % STRIDE);
    }

    private PythonRandom advanced(PythonRandom random, int documents) {
        var state = random.copy();
        for (var i = 0; i < documents; i++) {
            state.sampleIndices(pool.count(), drawn);
        }
        return state;
    }
}
