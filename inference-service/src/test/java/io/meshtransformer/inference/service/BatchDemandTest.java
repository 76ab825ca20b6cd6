package io.meshtransformer.inference.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.contracts.GenerationOptions;
import io.meshtransformer.contracts.InferenceRequest;
import io.meshtransformer.contracts.Priority;
import io.meshtransformer.contracts.Sampling;
import io.meshtransformer.contracts.TokenIds;
import io.meshtransformer.inference.scheduler.SchedulerState;
import io.meshtransformer.inference.scheduler.StepReport;
import io.meshtransformer.inference.worker.Job;
import io.meshtransformer.messaging.IncomingRequest;
import io.meshtransformer.messaging.ReplyAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchDemandTest {

    private static final StepReport NOTHING = new StepReport(List.of(), 0, 0, false);

    private final BatchDemand demand = new BatchDemand(4);
    private final BatchDemand.Share share = demand.share();
    private long asked;

    @Test
    void asMuchIsAskedForAsThereIsRoom() {
        demand.begin(more -> asked += more);
        assertThat(asked).isEqualTo(4);

        take(3);
        step(0, 3);
        assertThat(asked).isEqualTo(4);

        step(0, 1);
        assertThat(asked).isEqualTo(6);
    }

    @Test
    void whileInteractiveRequestsWaitOneBatchRequestIsEnough() {
        demand.begin(more -> asked += more);
        take(4);
        step(5, 4);
        step(5, 1);
        assertThat(asked).isEqualTo(4);

        step(5, 0);
        assertThat(asked).isEqualTo(5);
        step(5, 0);
        assertThat(asked).isEqualTo(5);
    }

    @Test
    void aRecordThatIsNoRequestIsReplaced() {
        demand.begin(more -> asked += more);
        demand.wasted();
        assertThat(asked).isEqualTo(5);

        take(4);
        step(0, 4);
        assertThat(asked).isEqualTo(5);
    }

    @Test
    void workersShareTheRoom() {
        var other = demand.share();
        demand.begin(more -> asked += more);
        take(4);
        step(0, 2);
        assertThat(asked).isEqualTo(6);

        take(2);
        other.stepped(NOTHING, new SchedulerState(0, 0, 2, 0, 0, 0), 1);
        assertThat(asked).isEqualTo(6);

        other.stepped(NOTHING, new SchedulerState(0, 1, 0, 0, 0, 0), 1);
        step(0, 0);
        assertThat(asked)
                .as("one alone, while interactive requests wait at the other")
                .isEqualTo(7);

        other.close();
        assertThat(asked).isEqualTo(10);
    }

    private void take(int jobs) {
        for (int i = 0; i < jobs; i++) {
            var request = new InferenceRequest.Generate(
                    "r", "m", TokenIds.of(1), GenerationOptions.of(1, Sampling.greedy()), null);
            var incoming = new IncomingRequest<InferenceRequest>(request, new ReplyAddress("a", 0), () -> {});
            share.taken(new Job(incoming, Priority.BATCH, 0));
        }
    }

    private void step(int waitingInteractive, int waitingBatch) {
        share.stepped(NOTHING, new SchedulerState(0, waitingInteractive, waitingBatch, 0, 0, 0), 1);
    }
}
