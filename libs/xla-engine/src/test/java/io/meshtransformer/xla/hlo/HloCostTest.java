package io.meshtransformer.xla.hlo;

import static io.meshtransformer.xla.hlo.HloWriter.HBM;
import static io.meshtransformer.xla.hlo.HloWriter.VMEM;
import static io.meshtransformer.xla.hlo.HloWriter.array;
import static io.meshtransformer.xla.hlo.HloWriter.f32;
import static io.meshtransformer.xla.hlo.HloWriter.s32;
import static io.meshtransformer.xla.hlo.HloWriter.tuple;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.pjrt.proto.ProtoWriter;
import java.util.List;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;

/** Counting on modules of a few instructions, where the right number can be seen. */
class HloCostTest {
    private final HloWriter hlo = new HloWriter();

    @Test
    void aProductCountsTwoForEachPairThatMeets() {
        hlo.computation(body -> {
            var x = body.parameter(0, f32(8, 32));
            var w = body.parameter(1, f32(32, 16));
            body.add(
                    "dot",
                    f32(8, 16),
                    dot -> dot.message(30, new ProtoWriter().numbers(1, 1).numbers(2, 0)),
                    x,
                    w);
        });

        var cost = HloCost.of(hlo.module(), 1);

        assertThat(cost.matrixFlops()).isEqualTo(2 * 8 * 16 * 32);
        assertThat(cost.mainMemoryBytes()).isEqualTo(Float.BYTES * (8 * 32 + 32 * 16 + 8 * 16));
    }

    /** A batch of 4 products as TPUs have it: the batch is a window of 4 over an input dilated by 4. */
    @Test
    void aConvolutionCountsOnlyPlacesInsideItsInput() {
        hlo.computation(body -> {
            var x = body.parameter(0, f32(4, 8, 32));
            var w = body.parameter(1, f32(4, 32, 16));
            var batch = new ProtoWriter().number(1, 4).number(2, 3).number(6, 4);
            var numbers = new ProtoWriter()
                    .number(3, 1)
                    .number(4, 2)
                    .numbers(6, 0)
                    .number(7, 1)
                    .number(8, 2)
                    .number(9, 1)
                    .number(10, 2)
                    .numbers(11, 0)
                    .numbers(12, 0);
            body.add(
                    "convolution",
                    f32(4, 8, 16),
                    convolution -> convolution
                            .message(15, new ProtoWriter().message(1, batch))
                            .message(16, numbers),
                    x,
                    w);
        });

        assertThat(HloCost.of(hlo.module(), 1).matrixFlops()).isEqualTo(2 * 4 * 8 * 16 * 32);
    }

    @Test
    void aLoopCountsAsOftenAsItTurns() {
        loop(body -> body.constant(28));

        assertThat(HloCost.of(hlo.module(), 1).collectives())
                .containsExactly(new Collective("all-reduce", 28, 28 * 4096 * Float.BYTES));
        assertThat(HloCost.ofLoopsOnce(hlo.module()).collectives())
                .containsExactly(new Collective("all-reduce", 1, 4096 * Float.BYTES));
    }

    @Test
    void aLoopWhoseTurnsDependOnDataCountsAsOftenAsIsSaid() {
        loop(body -> body.parameter(1, s32()));

        var cost = HloCost.of(hlo.module(), 5);

        assertThat(cost.openLoops()).isEqualTo(1);
        assertThat(cost.collectives()).containsExactly(new Collective("all-reduce", 5, 5 * 4096 * Float.BYTES));
    }

    /** From 0, by 1, while less than a limit, with one all-reduce in the body. */
    private void loop(ToLongFunction<HloWriter.Body> limit) {
        var state = tuple(s32(), f32(4096));
        var body = hlo.computation(inner -> {
            var carried = inner.parameter(0, state);
            var counter = inner.element(carried, 0, s32());
            var next = inner.add("add", s32(), inner.add("copy", s32(), counter), inner.constant(1));
            var reduced = inner.add("all-reduce", f32(4096), inner.element(carried, 1, f32(4096)));
            inner.add("tuple", state, next, reduced);
        });
        var condition = hlo.computation(inner -> {
            var counter = inner.element(inner.parameter(0, state), 0, s32());
            inner.less(counter, limit.applyAsLong(inner));
        });
        hlo.computation(main -> {
            var x = main.parameter(0, f32(4096));
            var first = main.add("tuple", state, main.constant(0), x);
            main.call("while", state, List.of(body, condition), first);
        });
    }

    @Test
    void exchangesCountInFusionsAndInWhatRunsAside() {
        var scattering = hlo.computation(body -> body.add("reduce-scatter", f32(128), body.parameter(0, f32(1024))));
        var gathering = hlo.computation(body -> body.add("all-gather", f32(1024), body.parameter(0, f32(128))));
        hlo.computation(main -> {
            var x = main.parameter(0, f32(1024));
            var begun = main.call("async-start", tuple(f32(1024), f32(128)), List.of(scattering), x);
            var part = main.call("async-done", f32(128), List.of(scattering), begun);
            main.call("fusion", f32(1024), List.of(gathering), part);
        });

        assertThat(HloCost.of(hlo.module(), 1).collectives())
                .containsExactly(new Collective("all-gather", 1, 4096), new Collective("reduce-scatter", 1, 4096));
    }

    /** As on TPUs whose sparse cores do it: a custom call that runs aside. */
    @Test
    void exchangesCountInCustomCalls() {
        var reducing = hlo.computation(body -> body.add("all-reduce", f32(1024), body.parameter(0, f32(1024))));
        var calling = hlo.computation(
                body -> body.call("custom-call", f32(1024), List.of(reducing), body.parameter(0, f32(1024))));
        hlo.computation(main -> {
            var begun = main.call("async-start", f32(1024), List.of(calling), main.parameter(0, f32(1024)));
            main.call("async-done", f32(1024), List.of(calling), begun);
        });

        var cost = HloCost.of(hlo.module(), 1);

        assertThat(cost.collectives()).containsExactly(new Collective("all-reduce", 1, 4096));
        assertThat(cost.mainMemoryBytes()).isEqualTo(2 * 4096);
    }

    @Test
    void whatAFusionOnlyRearrangesInsideIsReadAsItsUsersReadIt() {
        var rearranging = hlo.computation(body -> body.add("copy", f32(28, 64), body.parameter(0, f32(28, 64))));
        var slicing = hlo.computation(body -> {
            var stacked = body.call("fusion", f32(28, 64), List.of(rearranging), body.parameter(0, f32(28, 64)));
            body.add("dynamic-slice", f32(1, 64), stacked, body.parameter(1, s32()));
        });
        var copying = hlo.computation(body -> body.add("copy", f32(28, 64), body.parameter(0, f32(28, 64))));
        hlo.computation(main -> {
            var x = main.parameter(0, f32(28, 64));
            main.call("fusion", f32(1, 64), List.of(slicing), x, main.parameter(1, s32()));
            main.call("fusion", f32(28, 64), List.of(copying), x);
        });

        assertThat(HloCost.of(hlo.module(), 1).mainMemoryBytes())
                .isEqualTo(2 * 64 * Float.BYTES + Integer.BYTES + 2 * 28 * 64 * Float.BYTES);
    }

    @Test
    void anExchangeInTwoHalvesCountsOnce() {
        hlo.computation(main -> {
            var x = main.parameter(0, f32(128));
            var gathering = main.add("all-gather-start", tuple(f32(128), f32(1024)), x);
            var gathered = main.add("all-gather-done", f32(1024), gathering);
            var sent = main.add("collective-permute-start", tuple(f32(1024), f32(1024), s32()), gathered);
            main.add("collective-permute-done", f32(1024), sent);
        });

        assertThat(HloCost.of(hlo.module(), 1).collectives())
                .containsExactly(new Collective("all-gather", 1, 4096), new Collective("collective-permute", 1, 4096));
    }

    @Test
    void whatStaysOnTheChipIsNoTrafficOfTheMainMemory() {
        hlo.computation(main -> {
            var x = main.parameter(0, f32(1000));
            var near = main.add("negate", array(HloWriter.F32, VMEM, 1000), x);
            main.add("exponential", array(HloWriter.F32, VMEM, 1000), near);
        });

        assertThat(HloCost.of(hlo.module(), 1).mainMemoryBytes()).isEqualTo(4000);
    }

    @Test
    void aFusionReadsWhatItSlicesAndWritesWhatItUpdates() {
        var cache = array(HloWriter.BF16, HBM, 28, 64, 256);
        var row = array(HloWriter.BF16, HBM, 1, 64, 256);
        var reading = hlo.computation(body -> {
            var layer = body.add("dynamic-slice", row, body.parameter(0, cache), body.parameter(1, s32()));
            body.add("negate", row, layer);
        });
        var writing = hlo.computation(body -> body.add(
                "dynamic-update-slice",
                cache,
                body.parameter(0, cache),
                body.parameter(1, row),
                body.parameter(2, s32())));
        hlo.computation(main -> {
            var keys = main.parameter(0, cache);
            var layer = main.parameter(1, s32());
            var read = main.call("fusion", row, List.of(reading), keys, layer);
            main.call("fusion", cache, List.of(writing), keys, read, layer);
        });

        var bytesOfRow = 64 * 256 * 2;
        // Read, written by the first; read, written in place by the second; twice the index.
        assertThat(HloCost.of(hlo.module(), 1).mainMemoryBytes()).isEqualTo(4 * bytesOfRow + 2 * Integer.BYTES);
    }
}
