package io.meshtransformer.pjrt;

/** What the plugin may do with host memory that it was given, and until when the caller leaves it unchanged. */
public enum HostBufferSemantics {
    /** The plugin copies before the call returns; then the memory is the caller's again. */
    IMMUTABLE_ONLY_DURING_CALL(0),
    /** The plugin copies on; the memory must not be changed until the {@link Buffer} is ready. */
    IMMUTABLE_UNTIL_TRANSFER_COMPLETES(1),
    /**
     * On CPUs the buffer is this memory, without a copy, if its address is a multiple of 64; it must not be changed while
     * the buffer lives. The plugin does not change it either: a donated buffer is copied.
     */
    IMMUTABLE_ZERO_COPY(2),
    /** As above, and the plugin may overwrite it when the buffer is donated. */
    MUTABLE_ZERO_COPY(3);

    private final int number;

    HostBufferSemantics(int number) {
        this.number = number;
    }

    /** {@code PJRT_HostBufferSemantics}. */
    public int number() {
        return number;
    }
}
