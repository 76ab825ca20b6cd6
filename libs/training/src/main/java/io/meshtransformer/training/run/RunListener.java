package io.meshtransformer.training.run;

/** Hears what happens in a run, on the thread where it happens; commits come from another one. It must not block. */
@FunctionalInterface
public interface RunListener {
    void on(RunEvent event);

    /** Tells both. */
    default RunListener and(RunListener other) {
        return event -> {
            on(event);
            other.on(event);
        };
    }
}
