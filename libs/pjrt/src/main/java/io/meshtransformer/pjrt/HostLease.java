package io.meshtransformer.pjrt;

import com.sun.jna.Pointer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Host memory that the plugin was given, until its event says that it is done with it. That can be later than the end
 * of the {@link Buffer} made of it: donated in place, the memory lives on in an output.
 */
final class HostLease {
    private final PjrtApi api;
    private final HostMemory memory;
    private Pointer done;

    HostLease(PjrtApi api, HostMemory memory, Pointer done) {
        this.api = api;
        this.memory = memory;
        this.done = done;
    }

    /** Lets go of the memory if the plugin has; tells whether it had, now or before. */
    synchronized boolean endIfDone() {
        if (done != null && Event.isReady(api, done)) {
            end();
        }
        return done == null;
    }

    /** Waits for the plugin. */
    synchronized void awaitEnd() {
        if (done != null) {
            try {
                Event.await(api, done);
            } finally {
                end();
            }
        }
    }

    private void end() {
        Event.destroy(api, done);
        done = null;
        memory.release();
    }

    /** The leases of a client. */
    static final class Ledger {
        /** Few enough to cost nothing, more than one so that old leases go faster than new ones come. */
        private static final int CHECKS_PER_VISIT = 4;

        private final Queue<HostLease> leases = new ConcurrentLinkedQueue<>();

        void add(HostLease lease) {
            leases.add(lease);
        }

        /** Looks at some leases, each in its turn, and drops those that have ended. */
        void visit() {
            for (var check = 0; check < CHECKS_PER_VISIT; check++) {
                var lease = leases.poll();
                if (lease == null) {
                    return;
                }
                if (!lease.endIfDone()) {
                    leases.add(lease);
                }
            }
        }

        /** Waits for all leases; the buffers that they belong to are gone. */
        void awaitAll() {
            for (var lease = leases.poll(); lease != null; lease = leases.poll()) {
                lease.awaitEnd();
            }
        }
    }
}
