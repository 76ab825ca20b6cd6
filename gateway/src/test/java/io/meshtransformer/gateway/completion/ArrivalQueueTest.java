package io.meshtransformer.gateway.completion;

import static io.meshtransformer.testkit.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ArrivalQueueTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Arrival SEND_FAILED = new Arrival.SendFailed(new IllegalStateException("the broker is away"));

    private final AtomicInteger overflows = new AtomicInteger();
    private final ArrivalQueue queue = new ArrivalQueue(2, overflows::incrementAndGet);

    @Test
    void arrivalsAreTakenInOrderAndWaitedFor() throws InterruptedException {
        queue.put(new Arrival.CaughtUp());
        queue.put(SEND_FAILED);

        assertThat(queue.take(LONG)).contains(new Arrival.CaughtUp());
        assertThat(queue.take(LONG)).contains(SEND_FAILED);
        assertThat(queue.take(Duration.ofMillis(1))).isEmpty();

        var late = Thread.ofVirtual().start(() -> queue.put(new Arrival.CaughtUp()));
        assertThat(queue.take(LONG)).contains(new Arrival.CaughtUp());
        late.join();
    }

    @Test
    void oneMoreThanThereIsRoomForLosesTheClientOnce() throws InterruptedException {
        for (int i = 0; i < 5; i++) {
            queue.put(new Arrival.CaughtUp());
        }

        assertThat(overflows).hasValue(1);
        assertThat(queue.take(LONG)).contains(new Arrival.ClientLost());
        assertThat(queue.take(LONG)).contains(new Arrival.ClientLost());
    }

    @Test
    void whoMayWaitWaitsForRoom() throws InterruptedException {
        queue.put(new Arrival.CaughtUp());
        queue.put(new Arrival.CaughtUp());
        var waiting = Thread.ofPlatform().start(() -> queue.putWaiting(SEND_FAILED));
        await().until(() -> waiting.getState() == Thread.State.WAITING);

        queue.take(LONG);
        waiting.join();

        assertThat(overflows).hasValue(0);
        queue.take(LONG);
        assertThat(queue.take(LONG)).contains(SEND_FAILED);
    }

    @Test
    void aLostClientEndsAllWaiting() throws InterruptedException {
        queue.put(new Arrival.CaughtUp());
        queue.put(new Arrival.CaughtUp());
        var waiting = Thread.ofPlatform().start(() -> queue.putWaiting(SEND_FAILED));
        await().until(() -> waiting.getState() == Thread.State.WAITING);

        queue.clientLost();
        waiting.join();

        assertThat(queue.take(LONG)).contains(new Arrival.ClientLost());
        assertThat(overflows).hasValue(0);
    }
}
