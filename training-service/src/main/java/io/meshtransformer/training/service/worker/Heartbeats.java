package io.meshtransformer.training.service.worker;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Says every few seconds that a worker lives, whatever keeps it busy. */
final class Heartbeats implements AutoCloseable {
    static final Duration INTERVAL = Duration.ofSeconds(5);

    private final CountDownLatch closing = new CountDownLatch(1);

    private Heartbeats() {}

    static Heartbeats start(Narrator narrator) {
        var heartbeats = new Heartbeats();
        Thread.ofPlatform().daemon().name("heartbeats").start(() -> heartbeats.run(narrator));
        return heartbeats;
    }

    private void run(Narrator narrator) {
        try {
            do {
                narrator.heartbeat();
            } while (!closing.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closing.countDown();
    }
}
