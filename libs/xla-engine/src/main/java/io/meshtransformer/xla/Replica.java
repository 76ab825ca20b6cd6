package io.meshtransformer.xla;

import io.meshtransformer.pjrt.Buffer;
import io.meshtransformer.pjrt.Execution;
import io.meshtransformer.xla.program.CacheShape;
import io.meshtransformer.xla.program.GptjPrograms;
import io.meshtransformer.xla.program.ModelProgram;
import io.meshtransformer.xla.runtime.BoundProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One model on the devices it is cut over, with its KV cache: the programs, as calls. Runs are started and not waited
 * for; the devices do them in order. What a call returns is one buffer for each device, the caller's to close.
 */
final class Replica {
    /** How many rows of logits a program picks for the host. */
    static final List<Integer> PICKS = List.of(1, 8);

    private static final int KEYS = 0;
    private static final int VALUES = 1;

    private final CacheShape shape;
    private final int window;
    private final BoundProgram prefill;
    private final BoundProgram head;
    private final BoundProgram decode;
    private final BoundProgram fork;
    private final Optional<Exchange> exchange;
    private final List<BoundProgram> picksOfDecode;
    private final List<BoundProgram> picksOfPrefill;
    private final List<Execution> running = new ArrayList<>();
    private List<List<Buffer>> caches;

    /** What brings a slot's tokens to another replica. */
    private record Exchange(BoundProgram take, BoundProgram put) {}

    /**
     * @param hasOthers whether slots are to be copied to and from other replicas
     * @param bind compiles a program for the replica's devices and gives it their weights
     */
    Replica(
            GptjPrograms programs,
            CacheShape shape,
            int window,
            boolean hasOthers,
            Function<ModelProgram, BoundProgram> bind) {
        this.shape = shape;
        this.window = window;
        prefill = bind.apply(programs.prefill(shape, window));
        head = bind.apply(programs.head(window));
        decode = bind.apply(programs.decode(shape));
        fork = bind.apply(programs.fork(shape));
        exchange = hasOthers
                ? Optional.of(new Exchange(bind.apply(programs.take(shape)), bind.apply(programs.put(shape))))
                : Optional.empty();
        picksOfDecode = picks(programs, shape.slots(), bind);
        picksOfPrefill = picks(programs, window, bind);
        try (var empty = bind.apply(programs.caches(shape));
                var execution = empty.run(List.of(), List.of())) {
            caches = List.of(output(execution, KEYS), output(execution, VALUES));
            execution.await();
        }
    }

    private static List<BoundProgram> picks(
            GptjPrograms programs, int rows, Function<ModelProgram, BoundProgram> bind) {
        return PICKS.stream()
                .map(count -> bind.apply(programs.pick(rows, count)))
                .toList();
    }

    CacheShape shape() {
        return shape;
    }

    int window() {
        return window;
    }

    /**
     * Reads a window of a prompt into a slot.
     *
     * @param start position of row 0, a multiple of the window
     * @param first row that is new
     * @param ids of all rows
     * @return {@code normal} of {@link GptjPrograms#prefill}
     */
    List<Buffer> prefill(int slot, int start, int first, int[] ids) {
        return runWithCaches(prefill, List.of(ids, of(slot), of(start), of(first)))
                .getFirst();
    }

    /** Logits of a window's rows, {@code [window, vocabulary]}; closes what it is given. */
    List<Buffer> head(List<Buffer> normal) {
        try {
            return output(track(head.run(List.of(), List.of(normal))), 0);
        } finally {
            normal.forEach(Buffer::close);
        }
    }

    /** The next token of slots, and logits {@code [slots, vocabulary]}; see {@link GptjPrograms#decode}. */
    List<Buffer> decode(int[] ids, int[] positions) {
        return runWithCaches(decode, List.of(ids, positions)).getFirst();
    }

    /** Copies a slot's tokens to another slot. */
    void fork(int from, int to) {
        runWithCaches(fork, List.of(of(from), of(to)));
    }

    /** Copies a slot's tokens to a slot of another replica. */
    void fork(int from, Replica other, int to) {
        var take = exchange.orElseThrow().take();
        var place = take.upload(0, from);
        try (var execution = take.run(caches, List.of(place))) {
            execution.await();
            var taken = List.of(output(execution, KEYS), output(execution, VALUES));
            other.put(taken, to);
            taken.forEach(list -> list.forEach(Buffer::close));
        } finally {
            place.forEach(Buffer::close);
        }
    }

    private void put(List<List<Buffer>> taken, int to) {
        var put = exchange.orElseThrow().put();
        var moved = new ArrayList<List<Buffer>>();
        for (var parts : taken) {
            var here = new ArrayList<Buffer>();
            for (var device = 0; device < parts.size(); device++) {
                here.add(parts.get(device).copyTo(put.executable().devices().get(device)));
            }
            moved.add(here);
        }
        moved.add(put.upload(2, to));
        run(put, moved);
    }

    /** The logits' rows at these places, {@code [PICKS.get(size), vocabulary]}. */
    List<Buffer> pick(boolean ofDecode, int size, List<Buffer> logits, int[] rows) {
        var program = (ofDecode ? picksOfDecode : picksOfPrefill).get(size);
        var places = program.upload(1, rows);
        try {
            return output(track(program.run(List.of(), List.of(logits, places))), 0);
        } finally {
            places.forEach(Buffer::close);
        }
    }

    /** Runs every program once, so that no request meets what a platform does at first. */
    void warmUp() {
        var normal = prefill(0, 0, 0, new int[window]);
        pickEach(false, head(normal));
        pickEach(true, decode(new int[shape.slots()], new int[shape.slots()]));
        fork(0, shape.slots() - 1);
        if (exchange.isPresent()) {
            fork(0, this, shape.slots() - 1);
        }
        await();
    }

    private void pickEach(boolean ofDecode, List<Buffer> logits) {
        for (var size = 0; size < PICKS.size(); size++) {
            pick(ofDecode, size, logits, new int[PICKS.get(size)]).forEach(Buffer::close);
        }
        logits.forEach(Buffer::close);
    }

    /**
     * Waits for all that was started.
     *
     * @throws io.meshtransformer.pjrt.PjrtException.XlaError if one of the runs failed
     */
    void await() {
        try {
            running.forEach(Execution::await);
        } finally {
            running.forEach(Execution::close);
            running.clear();
        }
    }

    /** @return outputs, {@code [output][device]} */
    private List<List<Buffer>> runWithCaches(BoundProgram program, List<int[]> values) {
        var inputs = new ArrayList<List<Buffer>>();
        for (var input = 0; input < values.size(); input++) {
            inputs.add(program.upload(input, values.get(input)));
        }
        return run(program, inputs);
    }

    private List<List<Buffer>> run(BoundProgram program, List<List<Buffer>> inputs) {
        try {
            var execution = track(program.run(caches, inputs));
            caches = List.of(output(execution, KEYS), output(execution, VALUES));
            var outputs = new ArrayList<List<Buffer>>();
            for (var index = VALUES + 1; index < program.program().results().size(); index++) {
                outputs.add(output(execution, index));
            }
            return outputs;
        } finally {
            inputs.forEach(list -> list.forEach(Buffer::close));
        }
    }

    private Execution track(Execution execution) {
        running.add(execution);
        return execution;
    }

    private static List<Buffer> output(Execution execution, int index) {
        return execution.results().stream().map(device -> device.get(index)).toList();
    }

    private static int[] of(int value) {
        return new int[] {value};
    }
}
