package io.meshtransformer.messaging;

import static io.meshtransformer.testkit.Patience.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.contracts.EvaluationDescription;
import io.meshtransformer.contracts.EvaluationEvent;
import io.meshtransformer.contracts.EvaluationSettings;
import io.meshtransformer.contracts.EvaluationState;
import io.meshtransformer.contracts.RunPhase;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.contracts.TrainingEvent;
import io.meshtransformer.testkit.Broker;
import io.meshtransformer.testkit.SharedBroker;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedBroker.class)
class EventLogTest {
    private record Told(TrainingEvent event, LogPlace place) {}

    private final List<Told> present = new CopyOnWriteArrayList<>();
    private Beans beans;
    private EventLog<TrainingEvent> events;

    @BeforeEach
    void start(Broker broker) {
        beans = new Beans(broker.bootstrapServers());
        events = beans.eventLogs().training();
        events.start((event, place) -> present.add(new Told(event, place)));
    }

    @AfterEach
    void stop() {
        events.close();
        beans.close();
    }

    @Test
    void thePresentIsToldOfAllSubjectsAndThePastOfOne() {
        LongStream.rangeClosed(1, 20).forEach(step -> {
            send("first", step);
            send("second", step);
        });
        await().until(() -> present.size() == 40);

        var first = present.stream()
                .filter(told -> told.event().run().equals("first"))
                .toList();
        var after = first.get(4).place();
        var past = new CopyOnWriteArrayList<Told>();
        events.past("first", after.partition(), after.offset() + 1, (event, place) -> past.add(new Told(event, place)));

        assertThat(past).isEqualTo(first.subList(5, 20));
    }

    @Test
    void evaluationsHaveALogOfTheirOwn() {
        var told = new CopyOnWriteArrayList<EvaluationEvent>();
        try (var evaluations = beans.eventLogs().evaluations()) {
            evaluations.start((event, _) -> told.add(event));
            var event = new EvaluationEvent("first", Instant.EPOCH, queued("first"));
            send("first", 1);
            beans.sender
                    .sendEvent(Topics.EVALUATION_EVENTS, "first", event)
                    .toCompletableFuture()
                    .join();

            await().until(() -> !told.isEmpty());
            assertThat(told).containsExactly(event);
        }
    }

    private static EvaluationDescription queued(String name) {
        var settings = new EvaluationSettings("stories", List.of("piqa"), null, null, null, null);
        return new EvaluationDescription(
                name,
                EvaluationState.QUEUED,
                null,
                settings,
                null,
                null,
                null,
                null,
                0,
                0,
                0,
                0,
                null,
                null,
                List.of(),
                null,
                Instant.EPOCH,
                null,
                null);
    }

    @Test
    void aRecordThatIsNoEventIsPassedOver(Broker broker) {
        broker.write(Topics.TRAINING_EVENTS.name(), "broken", "{\"type\":\"step\"}".getBytes(UTF_8), Map.of());
        send("sound", 1);

        await().until(() -> !present.isEmpty());
        assertThat(present).extracting(told -> told.event().run()).containsExactly("sound");
    }

    @Test
    void aPlaceThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> events.past("any", 0, 1_000_000, (_, _) -> {}))
                .isInstanceOf(PlaceNotKeptException.class)
                .hasMessageContaining("1000000");
        assertThatThrownBy(() -> events.past("any", 4, 0, (_, _) -> {}))
                .isInstanceOf(PlaceNotKeptException.class)
                .hasMessageContaining("which has 4");
    }

    private void send(String run, long step) {
        var event = new TrainingEvent.Heartbeat(run, 1, Instant.EPOCH, step, RunPhase.STEPPING);
        beans.sender
                .send(Topics.TRAINING_EVENTS, run, event)
                .toCompletableFuture()
                .join();
    }
}
