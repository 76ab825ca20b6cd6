package io.meshtransformer.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.gptj.training.TrainingShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

class WindowSourceTest {
    private static final int SEQUENCE = 3;
    private static final int VOCABULARY = 50_000;
    private static Path folder;
    private static List<Path> sets;

    @BeforeContainer
    static void write() throws IOException {
        folder = Files.createTempDirectory("windows");
        sets = List.of(
                TestWindows.numbered(folder.resolve("a"), SEQUENCE + 1, 23),
                TestWindows.numbered(folder.resolve("b"), SEQUENCE + 1, 14));
    }

    @AfterContainer
    static void delete() throws IOException {
        try (var paths = Files.walk(folder)) {
            for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @Property(tries = 100)
    void aResumedRunSeesWhatAnUnbrokenOneSees(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 9) int batch,
            @ForAll @IntRange(min = 1, max = 4) int accumulation,
            @ForAll @IntRange(min = 0, max = 30) int resumedAt)
            throws IOException {
        var shape = new TrainingShape(batch, accumulation, SEQUENCE);
        var unbroken = open(seed, shape);
        var cursor = DataCursor.START;
        for (var step = 0; step < resumedAt; step++) {
            unbroken.step(cursor);
            cursor = unbroken.after(cursor);
        }
        // All that a checkpoint keeps is a number.
        var resumed = new DataCursor((long) resumedAt * batch * accumulation);
        assertThat(resumed).isEqualTo(cursor);
        assertThat(open(seed, shape).step(resumed)).isEqualTo(unbroken.step(cursor));
    }

    @Property(tries = 100)
    void hostsTogetherTakeTheGlobalStep(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 6) int hosts,
            @ForAll @IntRange(min = 1, max = 3) int rows,
            @ForAll @IntRange(min = 1, max = 3) int accumulation,
            @ForAll @IntRange(min = 0, max = 100) int seen)
            throws IOException {
        var shape = new TrainingShape(hosts * rows, accumulation, SEQUENCE);
        var source = open(seed, shape);
        var cursor = new DataCursor(seen);
        var whole = source.step(cursor);
        var micro = hosts * rows * shape.windowTokens();
        for (var host = 0; host < hosts; host++) {
            var part = source.step(cursor, new HostShare(host, hosts));
            var partMicro = rows * shape.windowTokens();
            assertThat(part).hasSize(accumulation * partMicro);
            for (var i = 0; i < accumulation; i++) {
                assertThat(Arrays.copyOfRange(part, i * partMicro, (i + 1) * partMicro))
                        .isEqualTo(Arrays.copyOfRange(
                                whole, i * micro + host * partMicro, i * micro + (host + 1) * partMicro));
            }
        }
    }

    @Property(tries = 50)
    void anEpochHasEveryWindowOnceAndEachItsOwnOrder(@ForAll long seed, @ForAll @IntRange(min = 0, max = 3) int epoch)
            throws IOException {
        var source = open(seed, new TrainingShape(1, 1, SEQUENCE));
        var windows = (int) source.windows();
        assertThat(windows).isEqualTo(23 + 14);
        var numbers = numbers(source, epoch * windows, windows);
        assertThat(numbers(source, (epoch + 1) * windows, windows)).isNotEqualTo(numbers);
        Arrays.sort(numbers);
        // Windows of the second set are numbered from 0 again.
        assertThat(numbers)
                .isEqualTo(IntStream.concat(IntStream.range(0, 23), IntStream.range(0, 14))
                        .sorted()
                        .toArray());
    }

    private static int[] numbers(WindowSource source, int from, int count) {
        return IntStream.range(from, from + count)
                .map(seen -> source.step(new DataCursor(seen))[0])
                .toArray();
    }

    @Example
    void whatDoesNotFitIsRefused() throws IOException {
        assertThatThrownBy(() -> open(1, new TrainingShape(1, 1, 4)))
                .isInstanceOf(DataException.UnsuitableWindows.class)
                .hasMessageContaining("sequences of 3 tokens, and the run's have 4");
        assertThatThrownBy(() -> WindowSource.open(sets, 1, new TrainingShape(1, 1, SEQUENCE), 4096))
                .isInstanceOf(DataException.UnsuitableWindows.class)
                .hasMessageContaining("its tokenizer has 50,000 ids, and the model 4,096");
        var source = open(1, new TrainingShape(6, 1, SEQUENCE));
        assertThatThrownBy(() -> source.step(DataCursor.START, new HostShare(0, 4)))
                .hasMessage("a batch of 6 sequences cannot be cut into equal parts for 4 hosts");
        assertThatThrownBy(() -> new HostShare(4, 4)).hasMessage("host 4 is not one of 4, which count from 0");
    }

    private static WindowSource open(long seed, TrainingShape shape) throws IOException {
        return WindowSource.open(sets, seed, shape, VOCABULARY);
    }
}
