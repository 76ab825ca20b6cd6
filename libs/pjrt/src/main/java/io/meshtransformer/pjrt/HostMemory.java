package io.meshtransformer.pjrt;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;

/**
 * Memory of the host that the plugin reads or writes, held until {@link #release}.
 *
 * @param bytes how many there are from the address on
 */
record HostMemory(Pointer address, long bytes, Runnable releaser) {
    /** A range of a host buffer, which stays allocated though it may be closed. */
    static HostMemory of(HostBuffer buffer, long offset, long bytes) {
        var use = buffer.use(offset, bytes, 1);
        return new HostMemory(use.pointer().share(offset), bytes, use::close);
    }

    /** The remaining bytes of a direct buffer, kept from the garbage collector. */
    static HostMemory of(ByteBuffer direct) {
        if (!direct.isDirect()) {
            throw new IllegalArgumentException("only a direct ByteBuffer has an address; this one is on the heap");
        }
        var address = Native.getDirectBufferPointer(direct).share(direct.position());
        return new HostMemory(address, direct.remaining(), () -> Reference.reachabilityFence(direct));
    }

    /** The same of a buffer that is to be written: in a file mapped read-only that would end the process. */
    static HostMemory ofWritable(ByteBuffer direct) {
        if (direct.isReadOnly()) {
            throw new ReadOnlyBufferException();
        }
        return of(direct);
    }

    void release() {
        releaser.run();
    }
}
