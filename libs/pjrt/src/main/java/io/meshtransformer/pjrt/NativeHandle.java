package io.meshtransformer.pjrt;

import com.sun.jna.Pointer;
import io.meshtransformer.pjrt.PjrtException.Closed;
import io.meshtransformer.pjrt.c.NativeStruct;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An object of the plugin and who still needs it: its owner until {@link #close}, every call in progress, and every
 * object made from it. When the last of them lets go it is freed, so closing never pulls anything from under a call on
 * another thread, and never waits for one either.
 *
 * <p>Closing an object closes what was made from it. What is closed throws {@link Closed} at the next use.
 */
abstract class NativeHandle implements AutoCloseable {
    private final PjrtApi api;
    private final Pointer pointer;
    private final NativeHandle parent;

    private final AtomicInteger holders = new AtomicInteger(1);
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Set<NativeHandle> children = ConcurrentHashMap.newKeySet();

    /** The right to use a handle until it is closed. */
    final class Use implements AutoCloseable {
        private Use() {}

        Pointer pointer() {
            return pointer;
        }

        @Override
        public void close() {
            release();
        }
    }

    /** Made while the parent is in use, or with no parent. */
    NativeHandle(PjrtApi api, Pointer pointer, NativeHandle parent) {
        this.api = api;
        this.pointer = pointer;
        this.parent = parent;
        if (parent != null) {
            parent.holders.incrementAndGet();
            parent.children.add(this);
        }
    }

    /** What this is, for a sentence: "the buffer f32[2, 3]". */
    abstract String what();

    /** Frees the plugin's object. */
    abstract void destroy(Pointer object);

    final PjrtApi api() {
        return api;
    }

    /** Calls a function of the plugin; whoever calls holds what is in the arguments. */
    final NativeStruct call(NativeStruct arguments) {
        api.call(arguments);
        return arguments;
    }

    /** @throws Closed if this was closed before */
    final Use use() {
        while (true) {
            var count = holders.get();
            if (closed.get() || count == 0) {
                throw new Closed(closedSentence());
            }
            if (holders.compareAndSet(count, count + 1)) {
                return new Use();
            }
        }
    }

    String closedSentence() {
        return what() + " is closed";
    }

    /** How many objects made from this are not freed yet. */
    final int childCount() {
        return children.size();
    }

    public final boolean isClosed() {
        return closed.get();
    }

    /**
     * Closes this and all that was made from it. Calls in progress end as they would; closing twice does nothing. A child
     * that another thread is making meanwhile is closed when it is adopted.
     */
    @Override
    public final void close() {
        if (closed.compareAndSet(false, true)) {
            closeAll(children, this::release);
        }
    }

    /** Closes all, then does the last step, whatever happens; the first failure is thrown at the end. */
    private static void closeAll(Iterable<NativeHandle> handles, Runnable last) {
        RuntimeException failure = null;
        for (var handle : handles) {
            failure = attempt(handle::close, failure);
        }
        failure = attempt(last, failure);
        if (failure != null) {
            throw failure;
        }
    }

    private static RuntimeException attempt(Runnable step, RuntimeException earlier) {
        try {
            step.run();
            return earlier;
        } catch (RuntimeException failure) {
            if (earlier == null) {
                return failure;
            }
            earlier.addSuppressed(failure);
            return earlier;
        }
    }

    /**
     * Hands out a new child, unless this was closed meanwhile.
     *
     * @throws Closed then, and the child is closed
     */
    final <T extends NativeHandle> T adopt(T child) {
        if (closed.get()) {
            child.close();
            throw new Closed(closedSentence());
        }
        return child;
    }

    private void release() {
        if (holders.decrementAndGet() == 0) {
            try {
                destroy(pointer);
            } finally {
                if (parent != null) {
                    parent.children.remove(this);
                    parent.release();
                }
            }
        }
    }
}
