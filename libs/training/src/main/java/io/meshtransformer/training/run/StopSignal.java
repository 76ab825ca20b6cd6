package io.meshtransformer.training.run;

/** Asks a run to commit and end after the step that is on its way. From any thread, as often as wanted. */
public final class StopSignal {
    private volatile boolean requested;

    public void request() {
        requested = true;
    }

    public boolean requested() {
        return requested;
    }
}
