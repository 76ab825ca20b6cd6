package io.meshtransformer.tokenizer.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.testkit.Patience;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class WorkersTest {
    private static final Duration PATIENCE = Patience.LONG;

    @Test
    void noMoreTasksRunThanThereAreWorkers() throws InterruptedException {
        var workers = new Workers(3, 1_000_000);
        var gate = new CountDownLatch(1);
        var running = new AtomicInteger();
        var most = new AtomicInteger();
        var done = new CountDownLatch(50);
        var last = workers.begin(0, () -> {});
        for (var i = 0; i < 50; i++) {
            last = workers.begin(10, () -> {
                most.accumulateAndGet(running.incrementAndGet(), Math::max);
                if (done.getCount() > 47) {
                    await(gate);
                }
                running.decrementAndGet();
                done.countDown();
            });
        }
        Patience.await().until(running::get, count -> count == 3);
        assertThat(last.toCompletableFuture()).isNotDone();
        gate.countDown();
        assertThat(done.await(Patience.LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(most).hasValue(3);
        assertThat(last.toCompletableFuture()).succeedsWithin(PATIENCE);
    }

    @Test
    void largeRecordsWaitForEachOther() {
        var workers = new Workers(8, 10_240);
        var gate = new CountDownLatch(1);
        var first = workers.begin(8_000, () -> await(gate));
        assertThat(first.toCompletableFuture()).succeedsWithin(PATIENCE);
        var second = new AtomicBoolean();
        var begun = workers.begin(1_000_000, () -> second.set(true));
        assertThat(begun.toCompletableFuture()).isNotDone();
        assertThat(second).isFalse();
        gate.countDown();
        assertThat(begun.toCompletableFuture()).succeedsWithin(PATIENCE);
        Patience.await().untilTrue(second);
    }

    @Test
    void drainingWaitsForWhatRunsAndBeginsNothing() {
        var workers = new Workers(2, 1_000);
        var gate = new CountDownLatch(1);
        var finished = new AtomicBoolean();
        var first = workers.begin(1, () -> {
            await(gate);
            finished.set(true);
        });
        assertThat(first.toCompletableFuture()).succeedsWithin(PATIENCE);
        assertThat(workers.running()).isEqualTo(1);
        Thread.ofVirtual().start(() -> {
            Patience.await().until(workers::stopping);
            gate.countDown();
        });
        assertThat(workers.drain(PATIENCE)).isTrue();
        assertThat(finished).isTrue();
        assertThat(workers.running()).isZero();

        var late = new AtomicBoolean();
        assertThat(workers.begin(1, () -> late.set(true)).toCompletableFuture()).succeedsWithin(PATIENCE);
        assertThat(late).isFalse();
        assertThat(workers.pause(Duration.ofDays(1))).isFalse();
    }

    @Test
    void drainingGivesUpAfterItsPatience() {
        var workers = new Workers(1, 1_000);
        var gate = new CountDownLatch(1);
        assertThat(workers.begin(1, () -> await(gate)).toCompletableFuture()).succeedsWithin(PATIENCE);
        assertThat(workers.drain(Duration.ofMillis(20))).isFalse();
        gate.countDown();
    }

    @Test
    void aTaskThatFailsFreesItsWorker() {
        var workers = new Workers(1, 1_000);
        for (var i = 0; i < 3; i++) {
            assertThat(workers.begin(1_000, () -> {
                                throw new QuietException();
                            })
                            .toCompletableFuture())
                    .succeedsWithin(PATIENCE);
        }
        // The exceptions end threads while this waits, which is no failure.
        Patience.await().dontCatchUncaughtExceptions().until(workers::running, running -> running == 0);
    }

    @Test
    void aServiceWithoutWorkersIsRefused() {
        assertThatThrownBy(() -> new Workers(0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("workers is 0, it must be at least 1");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static final class QuietException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
