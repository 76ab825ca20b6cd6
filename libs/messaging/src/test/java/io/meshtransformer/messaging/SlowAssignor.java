package io.meshtransformer.messaging;

import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.Cluster;

/** Assigns partitions as the suite does, when a test lets it: until then the group is between two assignments. */
public final class SlowAssignor extends CooperativeStickyAssignor {
    private static volatile Hold hold = Hold.none();

    private record Hold(CountDownLatch reached, CountDownLatch released) {
        private static Hold none() {
            return new Hold(new CountDownLatch(0), new CountDownLatch(0));
        }
    }

    /** From now on an assignment waits for {@link #release()}. */
    static void hold() {
        hold = new Hold(new CountDownLatch(1), new CountDownLatch(1));
    }

    static boolean isReached() {
        return hold.reached.getCount() == 0;
    }

    static void release() {
        hold.released.countDown();
    }

    @Override
    public GroupAssignment assign(Cluster metadata, GroupSubscription subscriptions) {
        var current = hold;
        current.reached.countDown();
        try {
            current.released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the assignment was interrupted", e);
        }
        return super.assign(metadata, subscriptions);
    }
}
