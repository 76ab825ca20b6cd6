package io.meshtransformer.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.meshtransformer.evaluation.random.PythonRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class MetricPropertiesTest {
    private static final double RELATIVE = 1e-9;

    @Property(tries = 100)
    void aRunningEstimateIsTheSameInEveryOrderAndGrouping(
            @ForAll long seed, @ForAll @IntRange(min = 2, max = 200) int documents) {
        var outcomes = outcomes(seed, documents);
        var shuffled = new ArrayList<>(outcomes);
        new PythonRandom(seed).shuffle(shuffled);
        for (var name : MetricDefinition.names()) {
            var metric = MetricDefinition.named(name).orElseThrow();
            var whole = metric.running();
            outcomes.forEach(whole::add);
            var first = metric.running();
            shuffled.subList(0, documents / 3).forEach(first::add);
            var rest = metric.running();
            shuffled.subList(documents / 3, documents).forEach(rest::add);
            first.add(rest);

            assertThat(first.documents()).isEqualTo(documents);
            near(first.value().orElseThrow(), whole.value().orElseThrow());
            near(first.standardError().orElseThrow(), whole.standardError().orElseThrow());
            near(whole.value().orElseThrow(), metric.value(outcomes));
            if (!metric.bootstrapped()) {
                near(
                        whole.standardError().orElseThrow(),
                        metric.standardError(outcomes).orElseThrow());
            }
        }
    }

    @Test
    void theRunningStandardErrorOfABootstrappedFigureIsAboutTheBootstraps() {
        var outcomes = outcomes(7, 400);
        for (var name : List.of("perplexity", "word_perplexity", "byte_perplexity", "bits_per_byte")) {
            var metric = MetricDefinition.named(name).orElseThrow();
            var running = metric.running();
            outcomes.forEach(running::add);
            var bootstrapped = metric.standardError(outcomes).orElseThrow();
            assertThat(running.standardError().orElseThrow()).isCloseTo(bootstrapped, within(0.1 * bootstrapped));
        }
    }

    @Test
    void theBootstrapIsTheSameBitsWhateverTheNumberOfThreads() throws Exception {
        var metric = MetricDefinition.named("word_perplexity").orElseThrow();
        var outcomes = outcomes(3, 60);
        var errors = new ArrayList<Double>();
        for (var threads : List.of(1, 3, 8)) {
            try (var pool = new ForkJoinPool(threads)) {
                errors.add(pool.submit(() -> metric.standardError(outcomes).orElseThrow())
                        .get());
            }
        }
        assertThat(errors).containsOnly(metric.standardError(outcomes).orElseThrow());
    }

    @Test
    void aSingleDocumentHasNoStandardErrorAndNoneHasNoFigure() {
        var single = outcomes(1, 1);
        for (var name : MetricDefinition.names()) {
            var metric = MetricDefinition.named(name).orElseThrow();
            assertThat(metric.standardError(single)).isEmpty();
            assertThat(metric.running().value()).isEmpty();
            assertThatThrownBy(() -> metric.value(List.of())).hasMessage(name + " of no documents");
        }
    }

    @Test
    void aPerplexityBeyondAllNumbersIsInfiniteAndHasNoStandardError() {
        var outcome = new Outcome(Map.of(Quantity.LOGPROB, -1000.0));
        var perplexity = MetricDefinition.named("perplexity").orElseThrow();
        assertThat(perplexity.value(List.of(outcome, outcome))).isInfinite();
        assertThat(perplexity.standardError(List.of(outcome, outcome))).isEmpty();
    }

    @Test
    void documentsOfOneTaskCountTheSameQuantities() {
        var outcomes = new Outcomes();
        outcomes.add(new Outcome(Map.of(Quantity.ACC, 1.0)));
        assertThatThrownBy(() -> outcomes.add(new Outcome(Map.of(Quantity.LOGPROB, -1.0))))
                .hasMessage("document 1 counts [LOGPROB], those before it [ACC]");
        var perplexity = MetricDefinition.named("perplexity").orElseThrow();
        assertThatThrownBy(() -> perplexity.value(outcomes)).hasMessageContaining("nothing of LOGPROB");
    }

    @Test
    void packedOutcomesHoldWhatWasAddedHoweverMany() {
        var outcomes = Outcomes.of(outcomes(5, 1000));
        assertThat(outcomes.size()).isEqualTo(1000);
        var expected = outcomes(5, 1000).stream()
                .mapToDouble(outcome -> outcome.values().get(Quantity.LOGPROB))
                .toArray();
        assertThat(outcomes.column(Quantity.LOGPROB)).startsWith(expected);
    }

    private static void near(double value, double expected) {
        assertThat(value).isCloseTo(expected, within(RELATIVE * Math.abs(expected) + 1e-12));
    }

    /** Each with every quantity. */
    private static List<Outcome> outcomes(long seed, int documents) {
        var random = new PythonRandom(seed);
        return IntStream.range(0, documents)
                .mapToObj(i -> {
                    var words = 20 + random.below(40);
                    return new Outcome(Map.of(
                            Quantity.ACC, (double) random.below(2),
                            Quantity.ACC_NORM, (double) random.below(2),
                            Quantity.ACC_BYTES, (double) random.below(2),
                            Quantity.EXACT_MATCH, (double) random.below(2),
                            Quantity.LOGPROB, -2 - random.random(),
                            Quantity.WORDS, (double) words,
                            Quantity.BYTES, words * 5.0 + random.below(9)));
                })
                .toList();
    }
}
