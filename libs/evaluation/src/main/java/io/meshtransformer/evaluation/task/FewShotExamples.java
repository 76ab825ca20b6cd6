package io.meshtransformer.evaluation.task;

import io.meshtransformer.evaluation.random.PythonRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The answered documents that stand before each asked one. Which they are depends on how many were drawn before, so the
 * sampler's state is kept for each 1024th asked document. Source: lm-evaluation-harness, {@code
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
            var indices = task.examples().first()
                    ? IntStream.range(0, drawn).toArray()
                    : random.sampleIndices(pool.count(), drawn);
            return IntStream.of(indices)
                    .mapToObj(pool::read)
                    .filter(example ->
                            !task.examples().oneMore() || !example.fields().equals(asked.fields()))
                    .limit(number)
                    .map(this::text)
                    .collect(Collectors.joining());
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
