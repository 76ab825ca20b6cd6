package io.meshtransformer.evaluation.metric;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What the documents of a task count, in the task's order, packed: 8 bytes for each quantity of a document (32 for
 * multiple choice, 24 rolling, 16 a target, 8 a generated text) and at most as much again while it grows. Not for
 * several threads while it grows.
 */
public final class Outcomes {
    private static final int FIRST_CAPACITY = 64;

    private final Map<Quantity, double[]> columns = new EnumMap<>(Quantity.class);
    private int size;

    public static Outcomes of(List<Outcome> outcomes) {
        var packed = new Outcomes();
        outcomes.forEach(packed::add);
        return packed;
    }

    /**
     * The next document's.
     *
     * @throws IllegalArgumentException if it has other quantities than the documents before it
     */
    public void add(Outcome outcome) {
        requireNonNull(outcome, "outcome is null");
        if (size == 0) {
            columns.clear();
            outcome.values().keySet().forEach(quantity -> columns.put(quantity, new double[FIRST_CAPACITY]));
        }
        if (!columns.keySet().equals(outcome.values().keySet())) {
            throw new IllegalArgumentException("document " + size + " counts "
                    + outcome.values().keySet() + ", those before it " + columns.keySet());
        }
        columns.replaceAll((quantity, column) -> {
            var room = size < column.length ? column : Arrays.copyOf(column, Math.multiplyExact(size, 2));
            room[size] = outcome.values().get(quantity);
            return room;
        });
        size++;
    }

    public int size() {
        return size;
    }

    /** Values of {@link #size()} documents, and whatever after them. */
    double[] column(Quantity quantity) {
        var column = columns.get(quantity);
        if (column == null) {
            throw new IllegalArgumentException(
                    "documents that count " + columns.keySet() + " say nothing of " + quantity);
        }
        return column;
    }
}
