package io.meshtransformer.messaging;

import static io.meshtransformer.testkit.Patience.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.contracts.Cancellation;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.testkit.Broker;
import io.meshtransformer.testkit.Patience;
import io.meshtransformer.testkit.SharedBroker;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedBroker.class)
class CancellationTest {
    @Test
    void everyWorkerHearsEveryCancellationFromItsStartOn(Broker broker) throws Exception {
        try (var beans = new Beans(broker.bootstrapServers())) {
            var sender = new CancellationSender(beans.sender);
            sender.cancel("too-early", "before any worker")
                    .toCompletableFuture()
                    .get(Patience.LONG.toSeconds(), TimeUnit.SECONDS);
            var first = new CopyOnWriteArrayList<Cancellation>();
            var second = new CopyOnWriteArrayList<Cancellation>();
            beans.cancellationReader().start(first::add);
            beans.cancellationReader().start(second::add);

            sender.cancel("cmpl-1-0", "client gone");
            sender.cancel("cmpl-2-0", "deadline");

            for (var heard : List.of(first, second)) {
                await().untilAsserted(() -> assertThat(heard)
                        .containsExactly(
                                new Cancellation("cmpl-1-0", "client gone"), new Cancellation("cmpl-2-0", "deadline")));
            }
        }
    }

    @Test
    void bytesThatAreNoCancellationAndAListenerThatThrowsAreNoEnd(Broker broker) {
        try (var beans = new Beans(broker.bootstrapServers())) {
            var heard = new CopyOnWriteArrayList<String>();
            beans.cancellationReader().start(cancellation -> {
                heard.add(cancellation.requestId());
                if (cancellation.requestId().equals("throws")) {
                    throw new IllegalStateException("broken listener");
                }
            });
            broker.write(Topics.CANCELLATIONS.name(), "x", "no json".getBytes(UTF_8), Map.of());
            var sender = new CancellationSender(beans.sender);
            sender.cancel("throws", "r");
            sender.cancel("after", "r");

            await().untilAsserted(() -> assertThat(heard).containsExactly("throws", "after"));
        }
    }

    @Test
    void startingTwiceIsRefused(Broker broker) {
        try (var beans = new Beans(broker.bootstrapServers())) {
            var reader = beans.cancellationReader();
            reader.start(_ -> {});

            assertThatThrownBy(() -> reader.start(_ -> {})).isInstanceOf(IllegalStateException.class);
        }
    }
}
