package io.meshtransformer.pjrt;

import com.sun.jna.Pointer;
import io.meshtransformer.pjrt.PjrtException.XlaError;
import io.meshtransformer.pjrt.c.NativeScope;
import io.meshtransformer.pjrt.c.PjrtStructs;

/** Work that a device does while the caller goes on. Safe for use by several threads. */
public final class Event extends NativeHandle {
    /** Host memory that the device writes to until the event happens, or null. */
    private final HostMemory written;

    Event(Client client, Pointer pointer) {
        this(client, pointer, null);
    }

    Event(Client client, Pointer pointer, HostMemory written) {
        // Once the client knows of it, another thread that closes the client may destroy it.
        this.written = written;
        super(client.api(), pointer, client);
    }

    /** Whether the work is done, well or badly. */
    public boolean isReady() {
        try (var use = use()) {
            return isReady(api(), use.pointer());
        }
    }

    /**
     * Waits until the work is done. The thread is blocked in native code and cannot be interrupted.
     *
     * @throws XlaError if the work failed
     */
    public void await() {
        try (var use = use()) {
            await(api(), use.pointer());
        }
    }

    static boolean isReady(PjrtApi api, Pointer event) {
        try (var scope = new NativeScope()) {
            var arguments = scope.struct(PjrtStructs.EVENT_IS_READY).setPointer("event", event);
            api.call(arguments);
            return arguments.getBoolean("is_ready");
        }
    }

    static void await(PjrtApi api, Pointer event) {
        try (var scope = new NativeScope()) {
            api.call(scope.struct(PjrtStructs.EVENT_AWAIT).setPointer("event", event));
        }
    }

    static void destroy(PjrtApi api, Pointer event) {
        try (var scope = new NativeScope()) {
            api.call(scope.struct(PjrtStructs.EVENT_DESTROY).setPointer("event", event));
        }
    }

    @Override
    String what() {
        return "the event";
    }

    /** An event that nobody waited for may still stand for a copy into host memory, which must not be freed before. */
    @Override
    void destroy(Pointer object) {
        if (written == null) {
            destroy(api(), object);
            return;
        }
        try {
            await(api(), object);
        } catch (XlaError failedCopy) {
            // Whoever wanted to know has awaited it.
        } finally {
            destroy(api(), object);
            written.release();
        }
    }
}
