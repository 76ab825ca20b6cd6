package io.meshtransformer.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.LongStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class PermutationTest {
    @Property(tries = 100)
    void everyPlaceGetsAnotherNumberOfTheRange(
            @ForAll long key,
            @ForAll @LongRange(min = 0, max = 5) long stream,
            @ForAll @IntRange(min = 1, max = 3000) int size) {
        var numbers = all(new Permutation(key, stream, size), size);
        Arrays.sort(numbers);
        assertThat(numbers).isEqualTo(LongStream.range(0, size).toArray());
    }

    @Property(tries = 200)
    void largeRangesAreNotLeft(
            @ForAll long key,
            @ForAll @LongRange(min = 1, max = 1L << 62) long size,
            @ForAll @LongRange(min = 0) long place) {
        assertThat(new Permutation(key, 0, size).at(place % size)).isBetween(0L, size - 1);
    }

    /** A checkpoint of an older version must find the order that its run had: computed in Python, with Philox by hand. */
    @Example
    void theOrderNeverChanges() {
        assertThat(all(new Permutation(10, 0, 10), 10)).containsExactly(5, 1, 2, 6, 8, 7, 9, 3, 0, 4);
        assertThat(all(new Permutation(10, 1, 10), 10)).containsExactly(4, 8, 6, 1, 7, 5, 0, 3, 9, 2);
        assertThat(all(new Permutation(-7, 3, 1L << 40), 4))
                .containsExactly(69448302972L, 679987515876L, 213744545583L, 762959095877L);
    }

    /** With 6 windows and 60,000 keys each of the 720 orders should come 83 times. */
    @Example
    void smallRangesGetEveryOrderAboutEquallyOften() {
        var counts = new int[6 * 6 * 6 * 6 * 6 * 6];
        for (var key = 0; key < 60_000; key++) {
            var code = 0;
            for (var number : all(new Permutation(key, 0, 6), 6)) {
                code = code * 6 + (int) number;
            }
            counts[code]++;
        }
        var seen = Arrays.stream(counts).filter(count -> count > 0).toArray();
        assertThat(seen).hasSize(720);
        var chiSquared = Arrays.stream(seen)
                .mapToDouble(count -> (count - 60_000 / 720.0) * (count - 60_000 / 720.0) / (60_000 / 720.0))
                .sum();
        // 719 degrees of freedom: mean 719, standard deviation 38.
        assertThat(chiSquared).isBetween(560.0, 880.0);
    }

    @Example
    void placesOutsideTheRangeAreRefused() {
        assertThatThrownBy(() -> new Permutation(1, 0, 5).at(5)).hasMessage("place 5 of 5");
        assertThatThrownBy(() -> new Permutation(1, 0, 5).at(-1)).hasMessage("place -1 of 5");
        assertThatThrownBy(() -> new Permutation(1, 0, 0)).hasMessageContaining("a permutation of 0");
    }

    private static long[] all(Permutation permutation, int count) {
        return LongStream.range(0, count).map(permutation::at).toArray();
    }
}
