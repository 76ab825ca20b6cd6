package io.meshtransformer.xla;

import io.meshtransformer.gptj.engine.Logits;
import io.meshtransformer.pjrt.Buffer;
import io.meshtransformer.pjrt.Event;
import io.meshtransformer.pjrt.HostBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Brings rows of logits from devices to the host, those alone that are wanted. Every device holds its part of the
 * vocabulary; all copies are under way at once.
 */
final class LogitsReader {
    private final int vocabularySize;
    private final int partSize;
    private final Map<Long, Deque<HostBuffer>> spare = new HashMap<>();
    private final List<Copy> copies = new ArrayList<>();
    private float[] values = new float[0];

    /** @param parts into which devices cut the vocabulary */
    LogitsReader(int vocabularySize, int parts) {
        this.vocabularySize = vocabularySize;
        this.partSize = vocabularySize / parts;
    }

    /** Rows of one buffer, on their way. */
    private record Copy(Event event, HostBuffer host, int part, List<Wanted> rows) {}

    /**
     * A row that was asked for.
     *
     * @param source its place in a program's logits
     * @param target its place in the step's
     */
    record Wanted(int source, int target) {}

    /**
     * Starts to bring rows; closes the logits.
     *
     * @param logits {@code [rows, part of the vocabulary]} of each device
     */
    void read(Replica replica, boolean ofDecode, List<Buffer> logits, int rows, List<Wanted> wanted) {
        if (2 * wanted.size() >= rows) {
            copy(logits, rows, wanted);
            return;
        }
        var largest = Replica.PICKS.size() - 1;
        for (var begin = 0; begin < wanted.size(); begin += Replica.PICKS.get(largest)) {
            var group = wanted.subList(begin, Math.min(wanted.size(), begin + Replica.PICKS.get(largest)));
            var size = group.size() == 1 ? 0 : largest;
            var places = new int[Replica.PICKS.get(size)];
            var picked = new ArrayList<Wanted>();
            for (var i = 0; i < group.size(); i++) {
                places[i] = group.get(i).source();
                picked.add(new Wanted(i, group.get(i).target()));
            }
            copy(replica.pick(ofDecode, size, logits, places), places.length, picked);
        }
        logits.forEach(Buffer::close);
    }

    private void copy(List<Buffer> logits, int rows, List<Wanted> wanted) {
        var bytes = (long) rows * partSize * Float.BYTES;
        for (var part = 0; part < vocabularySize / partSize; part++) {
            var host = spare.computeIfAbsent(bytes, _ -> new ArrayDeque<>()).poll();
            var target = host != null ? host : HostBuffer.allocate(bytes);
            copies.add(new Copy(logits.get(part).copyTo(target, 0), target, part, wanted));
        }
        logits.forEach(Buffer::close);
    }

    /** Waits for all rows. */
    Logits finish(int rows) {
        if (values.length < rows * vocabularySize) {
            values = new float[Math.multiplyExact(rows, vocabularySize)];
        }
        for (var copy : copies) {
            copy.event().await();
            place(copy);
        }
        return new Logits(values, rows, vocabularySize);
    }

    /** Rows that follow each other, where the host wants them, are read in one call. */
    private void place(Copy copy) {
        var rows = copy.rows();
        for (var begin = 0; begin < rows.size(); ) {
            var count = 1;
            while (partSize == vocabularySize && begin + count < rows.size() && follow(rows, begin, count)) {
                count++;
            }
            var first = rows.get(begin);
            copy.host()
                    .read(
                            (long) first.source() * partSize * Float.BYTES,
                            values,
                            first.target() * vocabularySize + copy.part() * partSize,
                            count * partSize);
            begin += count;
        }
    }

    private static boolean follow(List<Wanted> rows, int begin, int count) {
        var first = rows.get(begin);
        return rows.get(begin + count).equals(new Wanted(first.source() + count, first.target() + count));
    }

    /** Ends a step, also one that failed. */
    void reset() {
        for (var copy : copies) {
            copy.event().close();
            spare.get(copy.host().bytes()).push(copy.host());
        }
        copies.clear();
    }

    void close() {
        reset();
        spare.values().forEach(hosts -> hosts.forEach(HostBuffer::close));
    }
}
