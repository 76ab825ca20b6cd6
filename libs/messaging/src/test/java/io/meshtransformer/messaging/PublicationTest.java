package io.meshtransformer.messaging;

import static io.meshtransformer.testkit.Patience.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.meshtransformer.contracts.RunPhase;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.contracts.TrainingEvent;
import io.meshtransformer.contracts.TrainingEvent.CheckpointCommitted;
import io.meshtransformer.testkit.Broker;
import io.meshtransformer.testkit.SharedBroker;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedBroker.class)
class PublicationTest {
    @Test
    void whatWasPublishedBeforeIsKnownAtTheStartAndWhatComesIsTold(Broker broker) {
        try (var beans = new Beans(broker.bootstrapServers())) {
            for (var run : List.of("publication-a", "publication-b", "publication-c")) {
                send(beans, new TrainingEvent.Heartbeat(run, 1, Instant.EPOCH, 7, RunPhase.STEPPING));
                send(beans, checkpoint(run, 7, 1, false));
                send(beans, checkpoint(run, 7, 10, true));
            }
            broker.write(Topics.TRAINING_EVENTS.name(), "x", "{\"publish\" : true".getBytes(UTF_8), Map.of());
            var heard = new CopyOnWriteArrayList<List<String>>();
            beans.publicationReader(2).start(offered -> heard.add(names(offered)));
            assertThat(heard).containsExactly(List.of("publication-c@7", "publication-b@7"));

            send(beans, checkpoint("publication-a", 8, 11, false));
            send(beans, checkpoint("publication-a", 9, 12, true));
            await().until(() -> heard.size() == 2);
            assertThat(heard.getLast()).containsExactly("publication-a@9", "publication-c@7");
        }
    }

    private static List<String> names(List<CheckpointCommitted> checkpoints) {
        return checkpoints.stream().map(CheckpointCommitted::model).toList();
    }

    @Test
    void theNewestAreOfferedInWhateverOrderTheyWereHeard() {
        var published = new ArrayList<CheckpointCommitted>();
        for (var second = 1; second <= 6; second++) {
            published.add(checkpoint(second % 2 == 0 ? "a" : "b", second / 3, second, true));
        }
        for (var seed = 0; seed < 20; seed++) {
            var publications = new Publications(3);
            Collections.shuffle(published, new Random(seed));
            published.forEach(publications::add);
            assertThat(names(publications.offered())).containsExactly("a@2", "b@1", "a@1");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Publications(-1))
                .withMessageContaining("mtj.models.published is -1");
    }

    private static CheckpointCommitted checkpoint(String run, long step, long second, boolean publish) {
        return new CheckpointCommitted(
                run, 1, Instant.ofEpochSecond(second), step, "/runs/" + run, 9, null, false, null, publish);
    }

    private static void send(Beans beans, TrainingEvent event) {
        beans.sender
                .send(Topics.TRAINING_EVENTS, event.run(), event)
                .toCompletableFuture()
                .join();
    }
}
