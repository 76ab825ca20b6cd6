package io.meshtransformer.inference.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.GenerationOptions;
import io.meshtransformer.contracts.InferenceRequest;
import io.meshtransformer.contracts.Sampling;
import io.meshtransformer.contracts.TokenIds;
import io.meshtransformer.contracts.Topics;
import io.meshtransformer.testkit.Broker;
import io.meshtransformer.testkit.SharedBroker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Workers that are killed and workers that are stopped, with real processes. */
@ExtendWith(SharedBroker.class)
class WorkerProcessIT {

    private static final int CHOICES = 6;
    private static final int TOKENS = 200;

    @TempDir
    private Path directory;

    @BeforeAll
    static void createTopics(Broker broker) {
        // The requester looks up the partitions of the answers before the first worker has created any topic.
        broker.createTopic(Topics.ANSWERS.name(), Topics.ANSWERS.partitions());
    }

    @Test
    void afterAKillTheRequestRunsAgainWithTheSameTokens(Broker broker) throws Exception {
        try (var requester = new Requester(broker)) {
            var events = new ArrayList<AnswerEvent>();
            try (var first = WorkerProcess.start(broker, directory, Map.of())) {
                requester.ask(Topics.INTERACTIVE, request("killed"));
                events.addAll(requester.until(event -> reached("killed", event, 30), "the 30th token"));
                first.kill();
            }
            assertThat(events)
                    .noneMatch(event -> event.terminal() && event.requestId().equals("killed"));
            try (var _ = WorkerProcess.start(broker, directory, Map.of())) {
                events.addAll(requester.untilEnd("killed"));
            }
            assertThatEachChoiceIsOneStream("killed", events);
        }
    }

    @Test
    void afterATerminationAnotherWorkerFinishes(Broker broker) throws Exception {
        try (var requester = new Requester(broker)) {
            var events = new ArrayList<AnswerEvent>();
            try (var first = WorkerProcess.start(broker, directory, Map.of("MTJ_SHUTDOWN_GRACE", "0s"))) {
                requester.ask(Topics.INTERACTIVE, request("stopped"));
                events.addAll(requester.until(event -> reached("stopped", event, 10), "the 10th token"));
                assertThat(first.terminate()).isEqualTo(143);
                assertThat(first.log()).doesNotContain("ERROR");
            }
            try (var _ = WorkerProcess.start(broker, directory, Map.of("MTJ_INSTANCE", "inference-service-0"))) {
                events.addAll(requester.untilEnd("stopped"));
            }
            assertThat(events).noneMatch(AnswerEvent.Failed.class::isInstance);
            assertThatEachChoiceIsOneStream("stopped", events);
        }
    }

    @Test
    void withinTheGraceARunningRequestIsFinished(Broker broker) throws Exception {
        try (var requester = new Requester(broker);
                var worker = WorkerProcess.start(broker, directory, Map.of("MTJ_SHUTDOWN_GRACE", "60s"))) {
            var written = requester.ask(Topics.INTERACTIVE, request("graceful"));
            var events = new ArrayList<>(requester.until(event -> reached("graceful", event, 10), "the 10th token"));
            worker.terminate();
            events.addAll(requester.untilEnd("graceful"));

            assertThatEachChoiceIsOneStream("graceful", events);
            var partition = new TopicPartition(written.topic(), written.partition());
            assertThat(broker.committed("inference-service", partition)).hasValue(written.offset() + 1);
        }
    }

    @Test
    void anUnknownEngineEndsTheStartWithTheChoices(Broker broker) {
        assertThatThrownBy(() -> WorkerProcess.start(broker, directory, Map.of("MTJ_ENGINE", "abacus")))
                .hasMessageContaining("mtj.engine is 'abacus', it must be one of vector");
    }

    private static boolean reached(String requestId, AnswerEvent event, int index) {
        return event.requestId().equals(requestId)
                && event instanceof AnswerEvent.TokenGenerated token
                && token.index() >= index;
    }

    private static InferenceRequest request(String id) {
        var options = new GenerationOptions(TOKENS, CHOICES, Sampling.seeded(0.8, 11), List.of(), null, false, true);
        return new InferenceRequest.Generate(id, "stories", TokenIds.of(430, 458, 258, 402), options, null);
    }

    /** Repeated indices repeat their events to the letter, and none is missing; what other tests left does not count. */
    private static void assertThatEachChoiceIsOneStream(String requestId, List<AnswerEvent> events) {
        var tokens = new HashMap<List<Integer>, AnswerEvent.TokenGenerated>();
        for (var event : events) {
            if (event instanceof AnswerEvent.TokenGenerated token
                    && token.requestId().equals(requestId)) {
                var before = tokens.putIfAbsent(List.of(token.choice(), token.index()), token);
                assertThat(before == null || before.equals(token)).isTrue();
            }
        }
        assertThat(tokens).hasSize(CHOICES * TOKENS);
        assertThat(events.getLast()).isInstanceOf(AnswerEvent.GenerationCompleted.class);
    }
}
