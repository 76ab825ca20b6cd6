package io.meshtransformer.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.gateway.completion.CompletionCall.State;
import io.meshtransformer.gateway.completion.CompletionId.PromptRun;
import io.meshtransformer.gateway.error.ApiException;
import io.meshtransformer.gateway.error.ErrorKind;
import io.meshtransformer.gateway.http.ClientLostException;
import io.meshtransformer.messaging.LogPlace;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CompletionCallTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final PromptRun FIRST = new PromptRun(0, 0);
    private static final PromptRun SECOND = new PromptRun(1, 0);
    private static final Instant NOW = Instant.parse("2026-11-24T10:15:30Z");

    private final ArrivalQueue arrivals = new ArrivalQueue(100, () -> {});
    private final RecordingLine line = new RecordingLine();

    @Test
    void anEventIsToldWithItsPlace() throws InterruptedException {
        var call = call(State.ASKED, NOW.plusSeconds(60));
        arrivals.put(answer(FIRST, token(0), 7, 3));

        var told = call.next(LONG).orElseThrow();

        assertThat(told.step()).isEqualTo(new CompletionStep.Token(0, 0, 65, "A", null));
        assertThat(call.placeOf(told.place())).hasToString("2.5.7.3." + call.id());
    }

    @Test
    void aRequestThatIsCancelledBySomebodyFails() {
        var call = call(State.ASKED, NOW.plusSeconds(60));
        arrivals.put(answer(FIRST, cancelled(), 7, 0));

        assertThatThrownBy(() -> call.next(LONG))
                .isInstanceOfSatisfying(ApiException.class, refusal -> assertThat(refusal.kind())
                        .isEqualTo(ErrorKind.CANCELLED));
    }

    @Test
    void aResumedRequestAsksAgainOnlyForWhatTheWholeLogShowsAsCalledOff() throws InterruptedException {
        var call = call(State.CATCHING_UP, NOW.plusSeconds(60));
        arrivals.put(answer(FIRST, token(0), 5, 0));
        arrivals.put(answer(FIRST, cancelled(), 6, 0));
        arrivals.put(answer(SECOND, cancelled(), 7, 0));
        arrivals.put(answer(new PromptRun(0, 1), token(0), 8, 0));
        assertThat(call.next(LONG)).isPresent();
        assertThat(call.next(Duration.ZERO)).isEmpty();
        assertThat(line.sent).isEmpty();

        arrivals.put(new Arrival.CaughtUp());
        assertThat(call.next(Duration.ZERO)).isEmpty();

        assertThat(line.sent).containsExactly(new PromptRun(1, 1));
    }

    @Test
    void aResumedRequestThatIsCalledOffLaterIsAskedForAgain() throws InterruptedException {
        var call = call(State.CATCHING_UP, NOW.plusSeconds(60));
        arrivals.put(new Arrival.CaughtUp());
        arrivals.put(answer(FIRST, cancelled(), 6, 0));
        assertThat(call.next(Duration.ZERO)).isEmpty();
        assertThat(line.sent).containsExactly(new PromptRun(0, 1));

        call.leaveRunning(LONG);
        call.close();

        assertThat(line.calledOff).containsExactly(new PromptRun(0, 1), SECOND);
        assertThat(line.grace).isEqualTo(LONG);
    }

    @Test
    void afterTheDeadlineTheRequestFailsWhateverWaits() {
        var call = call(State.ASKED, NOW);
        arrivals.put(answer(FIRST, token(0), 7, 3));

        assertThatThrownBy(() -> call.next(LONG))
                .isInstanceOfSatisfying(ApiException.class, refusal -> assertThat(refusal.kind())
                        .isEqualTo(ErrorKind.TIMEOUT));
    }

    @Test
    void aLostClientEndsTheCallAndAllThatRunsIsCalledOffOnce() {
        var call = call(State.ASKED, NOW.plusSeconds(60));
        arrivals.clientLost();
        assertThatThrownBy(() -> call.next(LONG)).isInstanceOf(ClientLostException.class);

        call.close();
        call.close();

        assertThat(line.calledOff).containsExactly(FIRST, SECOND);
        assertThat(line.grace).isZero();
    }

    @Test
    void aRequestThatCannotBeSentIsRefusedForNow() {
        var call = call(State.ASKED, NOW.plusSeconds(60));
        arrivals.put(new Arrival.SendFailed(new IllegalStateException("the broker is away")));

        assertThatThrownBy(() -> call.next(LONG))
                .isInstanceOfSatisfying(ApiException.class, refusal -> assertThat(refusal.kind())
                        .isEqualTo(ErrorKind.UNAVAILABLE));
    }

    private CompletionCall call(State state, Instant deadline) {
        var request = CompletionRequestReader.read(
                "{\"model\":\"m\",\"prompt\":[\"a\",\"b\"],\"stream\":true}".getBytes(StandardCharsets.UTF_8),
                TestLimits.DEFAULT);
        var id = CompletionId.of(NOW, UUID.randomUUID());
        return new CompletionCall(id, request, 5, arrivals, line, state, deadline, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private static Arrival answer(PromptRun run, AnswerEvent event, long offset, int index) {
        return new Arrival.Answer(run, event, new LogPlace(2, offset, index));
    }

    private static AnswerEvent token(int index) {
        return new AnswerEvent.TokenGenerated("r", 0, index, 65, "A", null);
    }

    private static AnswerEvent cancelled() {
        return new AnswerEvent.Failed("r", FailureCode.CANCELLED, "cancelled", null);
    }

    private static final class RecordingLine implements CompletionCall.Line {
        private final List<PromptRun> sent = new ArrayList<>();
        private final List<PromptRun> calledOff = new ArrayList<>();
        private Duration grace;

        @Override
        public void send(PromptRun run) {
            sent.add(run);
        }

        @Override
        public void close(List<PromptRun> running, Duration graceGiven) {
            calledOff.addAll(running);
            grace = graceGiven;
        }
    }
}
