package io.meshtransformer.gptj.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogSoftmaxTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 1000, 50_400})
    void agreesWithTheDefinition(int size) {
        var row = row(size, 10);
        double sum = 0;
        for (var i = 0; i < size; i++) {
            sum += StrictMath.exp(row[3 + i]);
        }
        var softmax = LogSoftmax.of(row, 3, size);
        assertThat(softmax.logsumexp()).isCloseTo(StrictMath.log(sum), within(1e-12));
        assertThat(softmax.logprob(size - 1)).isCloseTo(row[size + 2] - StrictMath.log(sum), within(1e-12));
    }

    @Test
    void holdsForLogitsFarFromZero() {
        var softmax = LogSoftmax.of(new float[] {30_000, 29_999, Float.NEGATIVE_INFINITY, -30_000}, 0, 4);
        assertThat(softmax.logprob(0)).isCloseTo(-StrictMath.log(1 + StrictMath.exp(-1)), within(1e-11));
        assertThat(softmax.logprob(2)).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(softmax.argmax()).isZero();
    }

    @Test
    void namesTheFirstOfSeveralLargest() {
        assertThat(LogSoftmax.of(new float[] {9, 1, 2, 2, -3, 2, 9}, 1, 5).argmax())
                .isEqualTo(1);
    }

    @Test
    void topIsTheBeginningOfTheSortedRow() {
        var row = row(500, 3);
        // Many equal values, so that the order of ids shows.
        for (var i = 0; i < row.length; i++) {
            row[i] = Math.round(row[i] * 4) / 4f;
        }
        var softmax = LogSoftmax.of(row, 3, 500);
        var sorted = IntStream.range(0, 500)
                .boxed()
                .sorted(Comparator.comparing((Integer id) -> -row[3 + id]).thenComparing(id -> id))
                .toList();
        for (var count : List.of(0, 1, 5, 20, 499, 500, 600)) {
            assertThat(softmax.top(count))
                    .extracting(TokenLogprob::id)
                    .containsExactlyElementsOf(sorted.subList(0, Math.min(count, 500)));
        }
        assertThat(softmax.top(3))
                .allSatisfy(token -> assertThat(token.logprob()).isEqualTo(softmax.logprob(token.id())));
    }

    @Test
    void refusesWhatIsNoDistribution() {
        for (var broken : List.of(new float[] {1, Float.NaN, 2}, new float[] {1, Float.POSITIVE_INFINITY}, new float[] {
            Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY
        })) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> LogSoftmax.of(broken, 0, broken.length))
                    .withMessageContaining("it must be finite");
        }
        assertThatIllegalArgumentException().isThrownBy(() -> LogSoftmax.of(new float[1], 0, 0));
        assertThatThrownBy(() -> LogSoftmax.of(new float[3], 1, 3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> LogSoftmax.of(new float[3], 0, 2).logprob(2))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    private static float[] row(int size, double spread) {
        var random = new Random(size);
        var row = new float[size + 6];
        for (var i = 0; i < row.length; i++) {
            row[i] = (float) (random.nextGaussian() * spread);
        }
        return row;
    }
}
