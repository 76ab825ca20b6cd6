package io.meshtransformer.benchmarks;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.pjrt.Buffer;
import io.meshtransformer.pjrt.ElementType;
import io.meshtransformer.pjrt.HostBuffer;
import io.meshtransformer.pjrt.HostBufferSemantics;
import io.meshtransformer.pjrt.Shape;
import io.meshtransformer.xla.program.DeviceMesh;
import io.meshtransformer.xla.program.GptjPrograms;
import io.meshtransformer.xla.program.Weight;
import io.meshtransformer.xla.runtime.BoundProgram;
import io.meshtransformer.xla.runtime.Devices;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/** The forward pass of 4 layers of GPT-J-6B's width, fp32, 1 x 512 tokens on a CPU, in turns with JAX's own. */
final class XlaForward {
    private static final GptjConfig CONFIG = new GptjConfig(8192, 2048, 4096, 4, 16, 64, 16384, 1e-5f, 8191, 8191);
    private static final int SEQUENCE = 512;
    private static final int WARM_UP = 3;
    private static final int ROUNDS = 30;
    private static final int PIECE = 1 << 20;

    private XlaForward() {}

    /** @param python that has JAX */
    static void run(String python) throws IOException {
        try (var devices = Devices.open(Devices.plugin("cpu"), 1)) {
            var programs =
                    new GptjPrograms(CONFIG, DeviceMesh.SINGLE, io.meshtransformer.stablehlo.type.ElementType.F32);
            var weights = new HashMap<String, List<Buffer>>();
            for (var weight : programs.weights()) {
                weights.put(weight.name(), List.of(upload(devices, weight)));
            }
            var program = BoundProgram.bind(
                    programs.forward(1, SEQUENCE), devices, devices.devices(), weights, Optional.empty());
            var ids = List.of(program.upload(0, new int[SEQUENCE]));
            Samples.Work forward = () -> {
                try (var execution = program.run(List.of(), ids)) {
                    execution.await();
                    execution.results().forEach(device -> device.forEach(Buffer::close));
                }
            };
            new JaxTurns("jax_forward.py", WARM_UP, ROUNDS).run(python, forward);
        }
    }

    /** Small numbers of no meaning: time does not depend on them. */
    private static Buffer upload(Devices devices, Weight weight) {
        var shape = new Shape(ElementType.F32, weight.type().shape().dimensions());
        var piece = new float[PIECE];
        for (var i = 0; i < PIECE; i++) {
            piece[i] = (i % 251 - 125) * 1e-4f;
        }
        try (var host = HostBuffer.allocate(shape.bytes())) {
            for (var done = 0L; done < shape.elements(); done += PIECE) {
                var count = (int) Math.min(PIECE, shape.elements() - done);
                host.write(done * Float.BYTES, count == PIECE ? piece : Arrays.copyOf(piece, count));
            }
            return devices.client()
                    .upload(
                            shape,
                            host,
                            0,
                            HostBufferSemantics.MUTABLE_ZERO_COPY,
                            devices.devices().getFirst());
        }
    }
}
