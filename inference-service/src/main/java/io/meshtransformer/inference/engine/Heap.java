package io.meshtransformer.inference.engine;

/** Room in this JVM's heap. */
final class Heap {
    private static final long MEBIBYTE = 1L << 20;

    /** For requests in flight, and one tensor as it is read. */
    private static final long MARGIN = 32 * MEBIBYTE;

    private Heap() {}

    /** @throws IllegalArgumentException if so much and a margin is not free, whatever the collector does */
    static void require(long bytes) {
        if (bytes > 0 && bytes + MARGIN > free()) {
            System.gc();
            var free = free();
            if (bytes + MARGIN > free) {
                throw new IllegalArgumentException(
                        "it takes about %d MB of heap, %d MB of %d MB are free, and %d MB must stay so"
                                .formatted(
                                        bytes / MEBIBYTE,
                                        free / MEBIBYTE,
                                        Runtime.getRuntime().maxMemory() / MEBIBYTE,
                                        MARGIN / MEBIBYTE));
            }
        }
    }

    private static long free() {
        var runtime = Runtime.getRuntime();
        return runtime.maxMemory() - (runtime.totalMemory() - runtime.freeMemory());
    }
}
