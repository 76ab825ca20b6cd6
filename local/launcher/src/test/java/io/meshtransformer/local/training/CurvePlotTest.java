package io.meshtransformer.local.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.local.training.CurvePlot.Point;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CurvePlotTest {
    @Test
    void aFallingLineIsDrawnFromTheUpperLeftToTheLowerRight() {
        var line =
                IntStream.rangeClosed(0, 15).mapToObj(x -> new Point(x, 15 - x)).toList();

        assertThat(new CurvePlot(8, 4).lines(line, List.of(), "o"))
                .containsExactly(
                        "  13.125 ┤⠑⢄⠀⠀⠀⠀⠀⠀",
                        "         ┤⠀⠀⠑⢄⠀⠀⠀⠀",
                        "         ┤⠀⠀⠀⠀⠑⢄⠀⠀",
                        "   1.875 ┤⠀⠀⠀⠀⠀⠀⠑⢄",
                        "         └────────",
                        "          0     15");
    }

    @Test
    void marksStandOverTheLine() {
        var line = List.of(new Point(1, 2), new Point(100, 1));
        var lines = new CurvePlot(10, 4).lines(line, List.of(new Point(1, 2), new Point(100, 3)), "o");

        assertThat(lines.get(0)).endsWith("o");
        assertThat(lines.get(1)).contains("┤o");
    }

    @Test
    void aLineOfOneValueHasAPlaceInTheMiddle() {
        assertThat(new CurvePlot(4, 3).lines(List.of(new Point(1, 5), new Point(9, 5)), List.of(), "o"))
                .element(1)
                .asString()
                .endsWith("┤⠒⠒⠒⠒");
        assertThat(new CurvePlot(4, 3).lines(List.of(), List.of(), "o")).isEmpty();
    }
}
