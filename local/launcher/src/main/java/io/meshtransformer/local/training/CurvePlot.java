package io.meshtransformer.local.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Two curves in characters: one as a line of braille dots, two by four in each character; another as marks over it.
 *
 * @param columns of the plot itself, without its labels
 */
public record CurvePlot(int columns, int rows) {
    private static final int DOTS_ACROSS = 2;
    private static final int DOTS_DOWN = 4;
    private static final int EMPTY = 0x2800;
    /** Bits of the dots of a character, by row and column. */
    private static final int[][] DOTS = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};

    private static final int LABEL = 8;
    private static final int ROWS_PER_LABEL = 3;

    /** A value at a step. */
    public record Point(double x, double y) {}

    /**
     * The lines of the plot, the axis below included; nothing where there is no point.
     *
     * @param mark what stands at the points of the second curve
     */
    public List<String> lines(List<Point> line, List<Point> marks, String mark) {
        if (line.isEmpty()) {
            return List.of();
        }
        var all = new ArrayList<>(line);
        all.addAll(marks);
        var x = new Scale(
                all.stream().mapToDouble(Point::x).min().orElseThrow(),
                all.stream().mapToDouble(Point::x).max().orElseThrow(),
                columns * DOTS_ACROSS);
        var y = new Scale(
                all.stream().mapToDouble(Point::y).min().orElseThrow(),
                all.stream().mapToDouble(Point::y).max().orElseThrow(),
                rows * DOTS_DOWN);
        var cells = new String[rows][columns];
        draw(line, x, y, cells);
        for (var point : marks) {
            cells[rows - 1 - y.dot(point.y()) / DOTS_DOWN][x.dot(point.x()) / DOTS_ACROSS] = mark;
        }
        var lines = new ArrayList<String>();
        for (int row = 0; row < rows; row++) {
            var value = y.value((rows - 1 - row) * DOTS_DOWN + DOTS_DOWN / 2);
            var label = row % ROWS_PER_LABEL == 0
                    ? String.format(Locale.ROOT, "%" + LABEL + ".3f", value)
                    : " ".repeat(LABEL);
            lines.add(label + " ┤" + String.join("", cells[row]));
        }
        lines.add(" ".repeat(LABEL + 1) + "└" + "─".repeat(columns));
        var last = "%,d".formatted((long) x.most());
        lines.add(" ".repeat(LABEL + 2)
                + String.format(Locale.ROOT, "%,-" + (columns - last.length()) + "d", (long) x.least())
                + last);
        return lines;
    }

    private void draw(List<Point> line, Scale x, Scale y, String[][] cells) {
        var bits = new int[rows][columns];
        var values = values(line, x);
        int before = -1;
        for (int column = 0; column < values.length; column++) {
            int dot = y.dot(values[column]);
            // Joined to the column before, whose own dots end one short of this.
            int near = before < 0 ? dot : before + Integer.signum(dot - before);
            for (int at = Math.min(dot, near); at <= Math.max(dot, near); at++) {
                int down = rows * DOTS_DOWN - 1 - at;
                bits[down / DOTS_DOWN][column / DOTS_ACROSS] |= DOTS[down % DOTS_DOWN][column % DOTS_ACROSS];
            }
            before = dot;
        }
        for (int row = 0; row < rows; row++) {
            var codes = bits[row];
            Arrays.setAll(cells[row], column -> Character.toString(EMPTY + codes[column]));
        }
    }

    /** For each column of dots the mean of the values that fall into it; between them, and at the ends, what is next. */
    private static double[] values(List<Point> line, Scale x) {
        var sums = new double[x.dots()];
        var counts = new int[x.dots()];
        for (var point : line) {
            sums[x.dot(point.x())] += point.y();
            counts[x.dot(point.x())]++;
        }
        int last = -1;
        for (int column = 0; column < sums.length; column++) {
            if (counts[column] == 0) {
                continue;
            }
            sums[column] /= counts[column];
            for (int gap = last + 1; gap < column; gap++) {
                sums[gap] = last < 0
                        ? sums[column]
                        : sums[last] + (sums[column] - sums[last]) * (gap - last) / (column - last);
            }
            last = column;
        }
        Arrays.fill(sums, last + 1, sums.length, sums[last]);
        return sums;
    }

    /** From values to dots, counted from the least. */
    private record Scale(double least, double most, int dots) {
        int dot(double value) {
            return most == least ? dots / 2 : (int) Math.min(dots - 1, (value - least) / (most - least) * dots);
        }

        double value(int dot) {
            return least + (most - least) * dot / dots;
        }
    }
}
