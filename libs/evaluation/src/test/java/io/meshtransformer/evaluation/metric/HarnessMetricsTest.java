package io.meshtransformer.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshtransformer.evaluation.request.ModelAnswer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Figures that lm-evaluation-harness made of the same documents; {@code make_metrics.py} writes them. */
class HarnessMetricsTest {
    /** Sums and exponentials agree but for the last bits. */
    private static final double RELATIVE = 1e-12;

    private final Expected expected = read();

    @Test
    void figuresAndTheirStandardErrorsAreTheHarnesss() {
        assertThat(expected.figures()).hasSize(5).allSatisfy((name, figure) -> {
            var metric = MetricDefinition.named(name).orElseThrow();
            var outcomes = outcomes();
            assertThat(metric.value(outcomes)).isCloseTo(figure.get(0), within(RELATIVE * figure.get(0)));
            assertThat(metric.standardError(outcomes).orElseThrow())
                    .isCloseTo(figure.get(1), within(RELATIVE * figure.get(1)));
        });
    }

    @Test
    void generatedTextsMatchWhereTheHarnessFindsThatTheyDo() {
        assertThat(expected.exactMatches()).hasSizeGreaterThan(40).allSatisfy(match -> {
            var judgement = new Judgement.Exact(match.targets(), match.ignoreCase(), match.ignorePunctuation());
            assertThat(judgement
                            .judge(List.of(new ModelAnswer.Text(match.text())))
                            .values())
                    .containsExactly(Map.entry(Quantity.EXACT_MATCH, match.right() ? 1.0 : 0.0));
        });
    }

    private Outcomes outcomes() {
        var outcomes = new ArrayList<Outcome>();
        for (var i = 0; i < expected.logprobs().size(); i++) {
            outcomes.add(new Outcome(Map.of(
                    Quantity.LOGPROB,
                    expected.logprobs().get(i),
                    Quantity.WORDS,
                    (double) expected.words().get(i),
                    Quantity.BYTES,
                    (double) expected.bytes().get(i),
                    Quantity.ACC,
                    expected.flags().get(i))));
        }
        return Outcomes.of(outcomes);
    }

    private static Expected read() {
        try (var in = HarnessMetricsTest.class.getResourceAsStream("/metric/lm-eval-0.4.13.json")) {
            return new ObjectMapper().readValue(in, Expected.class);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    record Expected(
            List<Double> logprobs,
            List<Integer> words,
            List<Integer> bytes,
            List<Double> flags,
            Map<String, List<Double>> figures,
            List<Match> exactMatches) {}

    record Match(String text, List<String> targets, boolean ignoreCase, boolean ignorePunctuation, boolean right) {}
}
