package io.meshtransformer.gptj.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Agrees with what sorting the whole row would give. */
class SelectionTest {
    @Property(tries = 1000, edgeCases = EdgeCasesMode.FIRST)
    void findsTheScoreOfTheLastOfTheLargest(
            @ForAll @Size(min = 1, max = 60) float[] scores, @ForAll @IntRange(min = 1, max = 60) int count) {
        var sorted = sortedDescending(scores);
        var wanted = scores[sorted[Math.min(count, scores.length) - 1]];
        var cut = new Selection(scores.length).find(scores, null, scores.length, count);
        assertThat(cut.score()).isEqualTo(wanted + 0f);
        assertThat(cut.above())
                .isEqualTo(IntStream.range(0, scores.length)
                        .filter(i -> scores[i] > wanted)
                        .count());
    }

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void findsWhereTheWeightsReachTheTarget(
            @ForAll @Size(min = 1, max = 60) @FloatRange(min = -3, max = 3) float[] scores,
            @ForAll @DoubleRange(min = 0, max = 1) double fraction,
            @ForAll long seed) {
        var random = new Random(seed);
        var weights = random.doubles(scores.length).toArray();
        var target = fraction
                * IntStream.range(0, scores.length).mapToDouble(i -> weights[i]).sum();
        var cut = new Selection(scores.length).find(scores, weights, scores.length, target);

        double above = 0;
        double through = 0;
        for (var i = 0; i < scores.length; i++) {
            above += scores[i] > cut.score() ? weights[i] : 0;
            through += scores[i] >= cut.score() ? weights[i] : 0;
        }
        assertThat(cut.above()).isCloseTo(above, within(1e-12));
        assertThat(through).isGreaterThanOrEqualTo(target - 1e-12);
        if (above > 0) {
            assertThat(above).isLessThan(target + 1e-12);
        }
    }

    private static int[] sortedDescending(float[] scores) {
        return IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparing(i -> -(scores[i] + 0f)))
                .mapToInt(i -> i)
                .toArray();
    }
}
