package io.meshtransformer.benchmarks;

import io.meshtransformer.gptj.Checkpoint;
import io.meshtransformer.gptj.engine.Chunk;
import io.meshtransformer.gptj.engine.LoadProgress;
import io.meshtransformer.pjrt.Buffer;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.xla.XlaEngine;
import io.meshtransformer.xla.XlaEngineOptions;
import io.meshtransformer.xla.program.CacheShape;
import io.meshtransformer.xla.program.DeviceMesh;
import io.meshtransformer.xla.program.GptjPrograms;
import io.meshtransformer.xla.runtime.BoundProgram;
import io.meshtransformer.xla.runtime.Devices;
import io.meshtransformer.xla.runtime.WeightLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/** A decode step of the engine, in turns with the same program on inputs that are there already. */
final class XlaDecode {
    private static final Path MODEL = Path.of("models/stories");
    private static final int SLOTS = 16;
    private static final int POSITION = 100;
    private static final int WARM_UP = 50;
    private static final int ROUNDS = 300;

    private XlaDecode() {}

    static void run(int dp, int mp, String plugin) throws IOException {
        var options = XlaEngineOptions.defaults(plugin)
                .withMesh(new DeviceMesh(dp, mp))
                .withCompute(ElementType.F32)
                .withSlots(SLOTS * dp);
        try (var checkpoint = Checkpoint.open(MODEL);
                var engine = XlaEngine.load(checkpoint, options, LoadProgress.SILENT);
                var alone = Alone.load(checkpoint, plugin, mp)) {
            var slots = IntStream.range(0, SLOTS * dp).map(_ -> engine.open()).toArray();
            Samples.Work step = () -> engine.step(step(engine, slots));
            Samples.of(WARM_UP, step);
            Samples.of(WARM_UP, alone::run);
            var steps = new long[ROUNDS];
            var executions = new long[ROUNDS];
            for (var round = 0; round < ROUNDS; round++) {
                steps[round] = Samples.of(1, step).nanos()[0];
                executions[round] = Samples.of(1, alone::run).nanos()[0];
            }
            var differences = new long[ROUNDS];
            Arrays.setAll(differences, round -> steps[round] - executions[round]);
            var ours = new Samples(steps);
            var theirs = new Samples(executions);
            System.out.printf("%s, %d slots, step of the engine: %s%n", engine.devices(), SLOTS * dp, ours);
            System.out.printf(
                    "%d x %s, execution alone: %s%n",
                    mp, alone.devices().devices().getFirst(), theirs);
            System.out.printf(
                    Locale.ROOT,
                    "overhead: median of the differences %.3f ms, difference of the best %.3f ms%n",
                    new Samples(differences).medianMillis(),
                    ours.bestMillis() - theirs.bestMillis());
        }
    }

    private static List<Chunk> step(XlaEngine engine, int[] slots) {
        var chunks = new ArrayList<Chunk>();
        for (var slot : slots) {
            if (engine.length(slot) == 0) {
                engine.step(List.of(Chunk.withoutLogits(slot, new int[POSITION + 1])));
            }
            // The same position again, so that both do the same work.
            engine.truncate(slot, POSITION);
            chunks.add(Chunk.generated(slot, 17));
        }
        return chunks;
    }

    /** The decode program of one replica with nothing around it. */
    private static final class Alone implements AutoCloseable {
        private final Devices devices;
        private final BoundProgram program;
        private final List<List<Buffer>> inputs;
        private List<List<Buffer>> caches;

        private Alone(Devices devices, BoundProgram program, List<List<Buffer>> inputs, List<List<Buffer>> caches) {
            this.devices = devices;
            this.program = program;
            this.inputs = inputs;
            this.caches = caches;
        }

        static Alone load(Checkpoint checkpoint, String plugin, int mp) throws IOException {
            var mesh = new DeviceMesh(1, mp);
            var devices = Devices.open(Devices.plugin(plugin), mp);
            var programs = new GptjPrograms(checkpoint.config(), mesh, ElementType.F32);
            var shape = CacheShape.of(checkpoint.config(), SLOTS);
            var weights =
                    new WeightLoader(devices, checkpoint, LoadProgress.SILENT).load(programs.weights(), mesh.mesh());
            var program =
                    BoundProgram.bind(programs.decode(shape), devices, devices.devices(), weights, Optional.empty());
            var ids = new int[SLOTS];
            Arrays.fill(ids, 17);
            var positions = new int[SLOTS];
            Arrays.fill(positions, POSITION);
            var empty =
                    BoundProgram.bind(programs.caches(shape), devices, devices.devices(), weights, Optional.empty());
            var caches = results(empty, List.of(), List.of());
            return new Alone(devices, program, List.of(program.upload(0, ids), program.upload(1, positions)), caches);
        }

        Devices devices() {
            return devices;
        }

        void run() {
            var results = results(program, caches, inputs);
            results.get(2).forEach(Buffer::close);
            caches = results.subList(0, 2);
        }

        private static List<List<Buffer>> results(
                BoundProgram program, List<List<Buffer>> caches, List<List<Buffer>> inputs) {
            try (var execution = program.run(caches, inputs)) {
                execution.await();
                return IntStream.range(0, program.program().results().size())
                        .mapToObj(index -> execution.results().stream()
                                .map(device -> device.get(index))
                                .toList())
                        .toList();
            }
        }

        @Override
        public void close() {
            devices.close();
        }
    }
}
