package io.meshtransformer.gateway.completion;

import static io.meshtransformer.testkit.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AbandonmentsTest {
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofHours(1);

    private final Vertx vertx = Vertx.vertx();
    private final Abandonments abandonments = new Abandonments(vertx);
    private final CompletionId id = CompletionId.of(Instant.EPOCH, UUID.randomUUID());
    private final AtomicInteger calledOff = new AtomicInteger();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void workThatNobodyComesBackToIsCalledOffAfterTheGrace() {
        abandonments.take(id, "first");
        abandonments.leave(id, "first", SHORT, calledOff::incrementAndGet);

        await().until(() -> calledOff.get() == 1);
    }

    @Test
    void withoutAGraceItIsCalledOffAtOnceAndOnce() {
        abandonments.take(id, "first");
        abandonments.leave(id, "first", Duration.ZERO, calledOff::incrementAndGet);
        abandonments.leave(id, "first", Duration.ZERO, calledOff::incrementAndGet);

        assertThat(calledOff).hasValue(1);
    }

    @Test
    void whoComesBackInTimeKeepsItRunning() {
        abandonments.take(id, "first");
        abandonments.leave(id, "first", LONG, calledOff::incrementAndGet);
        abandonments.take(id, "second");

        assertThat(abandonments.end(id, "second")).isTrue();
        assertThat(calledOff).hasValue(0);
    }

    @Test
    void whoIsBackBeforeItWasNoticedHasTakenOver() {
        abandonments.take(id, "first");
        abandonments.take(id, "second");

        abandonments.leave(id, "first", Duration.ZERO, calledOff::incrementAndGet);
        abandonments.leave(id, "first", SHORT, calledOff::incrementAndGet);

        assertThat(abandonments.end(id, "first")).isFalse();
        assertThat(calledOff).hasValue(0);
        abandonments.leave(id, "second", Duration.ZERO, calledOff::incrementAndGet);
        assertThat(calledOff).hasValue(1);
    }
}
