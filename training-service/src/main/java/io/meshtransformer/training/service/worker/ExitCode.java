package io.meshtransformer.training.service.worker;

/** How a worker's process says why it ends. */
public final class ExitCode {
    /** The last step is committed. */
    public static final int FINISHED = 0;
    /** Something went wrong that may go right the next time. */
    public static final int DIED = 1;
    /** Another try would end the same way, as with a wrong configuration. */
    public static final int FOR_GOOD = 2;
    /** It was told to end and has committed; sysexits' {@code EX_TEMPFAIL}. */
    public static final int AGAIN = 75;

    private ExitCode() {}
}
