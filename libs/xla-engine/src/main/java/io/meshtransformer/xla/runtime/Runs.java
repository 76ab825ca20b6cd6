package io.meshtransformer.xla.runtime;

import io.meshtransformer.pjrt.Buffer;
import io.meshtransformer.pjrt.Execution;
import java.util.List;

/** What is said often about runs. */
public final class Runs {
    private Runs() {}

    /** A result on every device. */
    public static List<Buffer> output(Execution execution, int index) {
        return execution.results().stream().map(device -> device.get(index)).toList();
    }

    public static void close(List<List<Buffer>> buffers) {
        buffers.forEach(list -> list.forEach(Buffer::close));
    }
}
