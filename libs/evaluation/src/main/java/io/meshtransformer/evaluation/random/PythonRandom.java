package io.meshtransformer.evaluation.random;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;

/**
 * What {@code random.Random(seed)} of CPython 3.11 gives, number by number: the Mersenne Twister, and the ways in which
 * CPython shuffles and samples with it. lm-evaluation-harness orders documents, picks examples and draws its bootstrap
 * samples with it, so figures can only equal its own with the same numbers.
 *
 * <p>Sources: M. Matsumoto, T. Nishimura, "Mersenne Twister", ACM TOMACS 8 (1998), MT19937 with seeding by array (2002);
 * CPython's {@code Modules/_randommodule.c} and {@code Lib/random.py}. Not for several threads.
 */
public final class PythonRandom {
    private static final int LENGTH = 624;
    private static final int MIDDLE = 397;
    private static final int TWIST = 0x9908b0df;
    private static final int UPPER = 0x80000000;
    private static final int LOWER = 0x7fffffff;
    private static final double UNIT = 0x1p-53;
    /** What is behind the point of a product with a random number of 27 bits. */
    private static final long BEHIND_INDEX = (1L << 27) - 1;
    /** What rounding to a double adds at most to such a product, of 58 bits. */
    private static final int MOST_ROUNDING = 32;

    private final int[] state = new int[LENGTH];
    private int next = LENGTH;

    /** @param seed whose absolute value counts, as CPython has it */
    public PythonRandom(long seed) {
        var size = Math.abs(seed);
        var low = (int) size;
        var high = (int) (size >>> Integer.SIZE);
        seedByArray(high == 0 ? new int[] {low} : new int[] {low, high});
    }

    private PythonRandom(PythonRandom original) {
        System.arraycopy(original.state, 0, state, 0, LENGTH);
        next = original.next;
    }

    /** One that gives the same numbers from here on. */
    public PythonRandom copy() {
        return new PythonRandom(this);
    }

    /** At least 0, less than 1, a multiple of 2^-53. */
    public double random() {
        var high = word() >>> 5;
        var low = word() >>> 6;
        return random(high, low);
    }

    private static double random(int high, int low) {
        return (high * 0x1p26 + low) * UNIT;
    }

    /**
     * {@code getrandbits}
     *
     * @param count 1 to 64; the result's other bits are 0
     */
    public long bits(int count) {
        if (count < 1 || count > Long.SIZE) {
            throw new IllegalArgumentException("random bits: " + count + ", it must be 1 to " + Long.SIZE);
        }
        if (count <= Integer.SIZE) {
            return Integer.toUnsignedLong(word() >>> Integer.SIZE - count);
        }
        var low = Integer.toUnsignedLong(word());
        var high = Integer.toUnsignedLong(word() >>> Long.SIZE - count);
        return high << Integer.SIZE | low;
    }

    /**
     * {@code randrange}: each number from 0 is as likely as the other.
     *
     * @param bound 1 or more, not reached
     */
    public int below(int bound) {
        if (bound < 1) {
            throw new IllegalArgumentException("random number below " + bound + ", the bound must be 1 or more");
        }
        var width = Integer.SIZE - Integer.numberOfLeadingZeros(bound);
        var drawn = bits(width);
        while (drawn >= bound) {
            drawn = bits(width);
        }
        return (int) drawn;
    }

    /** Brings a list into random order, in place. */
    public void shuffle(List<?> list) {
        for (var last = list.size() - 1; last > 0; last--) {
            Collections.swap(list, last, below(last + 1));
        }
    }

    /**
     * Different elements, in random order.
     *
     * @param size at most as many as there are
     */
    public <T> List<T> sample(List<T> population, int size) {
        var sample = new ArrayList<T>();
        for (var index : sampleIndices(population.size(), size)) {
            sample.add(population.get(index));
        }
        return sample;
    }

    /**
     * Different indices below a number, in random order: {@link #sample} of a population that is not in memory.
     *
     * @param size at most {@code population}
     */
    public int[] sampleIndices(int population, int size) {
        if (size < 0 || size > population) {
            throw new IllegalArgumentException("sample of " + size + " out of " + population);
        }
        return population <= poolLimit(size) ? sampleFromPool(population, size) : sampleByRefusal(population, size);
    }

    /**
     * Indices of {@code choices}: each as likely as the other whatever was chosen before, so with repetitions. They are not
     * drawn as {@link #below} draws.
     *
     * @param population 1 or more
     * @param chosen gets as many indices as it is long
     */
    public void choices(int population, int[] chosen) {
        if (population < 1) {
            throw new IllegalArgumentException("choice out of " + population);
        }
        for (var drawn = 0; drawn < chosen.length; ) {
            if (next >= LENGTH - 1) {
                chosen[drawn++] = (int) (random() * population);
            } else {
                drawn = chooseFromState(population, chosen, drawn);
            }
        }
    }

    /**
     * Each {@code floor(random() * population)}, until all are chosen or the state is used up. The 27 upper bits of a random
     * number decide, unless an index ends so near by that the 26 lower ones matter; these are seldom looked at therefore.
     *
     * @return how many are chosen
     */
    private int chooseFromState(int population, int[] chosen, int drawn) {
        var words = state;
        var at = next;
        var end = drawn + Math.min(chosen.length - drawn, (LENGTH - at) / 2);
        for (var i = drawn; i < end; i++) {
            var high = tempered(words[at]) >>> 5;
            var product = (long) high * population;
            // The lower bits add less than the population.
            var sure = (product & BEHIND_INDEX) + population + MOST_ROUNDING <= BEHIND_INDEX;
            chosen[i] =
                    sure ? (int) (product >>> 27) : (int) (random(high, tempered(words[at + 1]) >>> 6) * population);
            at += 2;
        }
        next = at;
        return end;
    }

    /** The largest population of which CPython copies all to take {@code size}: the smaller thing of a list and a set. */
    private static long poolLimit(int size) {
        var limit = 21L;
        if (size > 5) {
            var table = 1L;
            while (table < 3L * size) {
                table *= 4;
            }
            limit += table;
        }
        return limit;
    }

    private int[] sampleFromPool(int population, int size) {
        var pool = new int[population];
        for (var i = 0; i < population; i++) {
            pool[i] = i;
        }
        var sample = new int[size];
        for (var i = 0; i < size; i++) {
            var place = below(population - i);
            sample[i] = pool[place];
            pool[place] = pool[population - i - 1];
        }
        return sample;
    }

    private int[] sampleByRefusal(int population, int size) {
        var taken = new HashSet<Integer>();
        var sample = new int[size];
        for (var i = 0; i < size; i++) {
            var index = below(population);
            while (!taken.add(index)) {
                index = below(population);
            }
            sample[i] = index;
        }
        return sample;
    }

    /** {@code init_by_array} */
    private void seedByArray(int[] key) {
        seedBy(19650218);
        var i = 1;
        var j = 0;
        for (var k = Math.max(LENGTH, key.length); k > 0; k--) {
            state[i] = (state[i] ^ mixed(i) * 1664525) + key[j] + j;
            i = following(i);
            j = (j + 1) % key.length;
        }
        for (var k = LENGTH - 1; k > 0; k--) {
            state[i] = (state[i] ^ mixed(i) * 1566083941) - i;
            i = following(i);
        }
        state[0] = UPPER;
    }

    /** {@code init_genrand} */
    private void seedBy(int seed) {
        state[0] = seed;
        for (var i = 1; i < LENGTH; i++) {
            state[i] = 1812433253 * mixed(i) + i;
        }
    }

    private int mixed(int i) {
        return state[i - 1] ^ state[i - 1] >>> 30;
    }

    private int following(int i) {
        if (i < LENGTH - 1) {
            return i + 1;
        }
        state[0] = state[LENGTH - 1];
        return 1;
    }

    private int word() {
        if (next == LENGTH) {
            twist();
        }
        return tempered(state[next++]);
    }

    private static int tempered(int word) {
        word ^= word >>> 11;
        word ^= word << 7 & 0x9d2c5680;
        word ^= word << 15 & 0xefc60000;
        return word ^ word >>> 18;
    }

    private void twist() {
        twist(0, LENGTH - MIDDLE, MIDDLE);
        twist(LENGTH - MIDDLE, LENGTH - 1, MIDDLE - LENGTH);
        state[LENGTH - 1] = state[MIDDLE - 1] ^ twisted(state[LENGTH - 1], state[0]);
        next = 0;
    }

    private void twist(int begin, int end, int distance) {
        var words = state;
        for (var i = begin; i < end; i++) {
            words[i] = words[i + distance] ^ twisted(words[i], words[i + 1]);
        }
    }

    private static int twisted(int first, int second) {
        var joined = first & UPPER | second & LOWER;
        return joined >>> 1 ^ -(joined & 1) & TWIST;
    }
}
