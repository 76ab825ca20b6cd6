package io.meshtransformer.tokenizer;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;

/** How fast texts are encoded, per second that a core spent on it, so that neighbours on the machine don't count. */
final class Throughput {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private Throughput() {}

    /** The best rate of several rounds, in 10^6 bytes of UTF-8 per second. */
    static double bestOf(int rounds, Tokenizer tokenizer, String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8).length;
        var best = 0.0;
        for (var round = 0; round < rounds; round++) {
            var begin = THREADS.getCurrentThreadCpuTime();
            tokenizer.encode(text);
            best = Math.max(best, bytes / 1e6 / ((THREADS.getCurrentThreadCpuTime() - begin) / 1e9));
        }
        return best;
    }
}
