package io.meshtransformer.gateway.completion;

import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.gateway.completion.CompletionId.PromptRun;
import io.meshtransformer.gateway.error.ApiException;
import io.meshtransformer.gateway.error.ErrorKind;
import io.meshtransformer.gateway.error.Failures;
import io.meshtransformer.gateway.http.ClientLostException;
import io.meshtransformer.messaging.LogPlace;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A completions request under way, for the one thread that serves its client. */
final class CompletionCall implements AutoCloseable {
    private final CompletionId id;
    private final CompletionRequest request;
    private final long startOffset;
    private final CompletionStream stream;
    private final ArrivalQueue arrivals;
    private final Line line;
    private final Instant deadline;
    private final Clock clock;
    private State state;
    private Duration grace = Duration.ZERO;
    private boolean closed;

    /** The way to the workers. */
    interface Line {
        /** Asks for a run of a prompt. */
        void send(PromptRun run);

        /** Lets nothing more arrive and, after the grace, calls off these runs. */
        void close(List<PromptRun> running, Duration grace);
    }

    enum State {
        /** Asked here: when somebody calls a prompt off, the request fails. */
        ASKED,
        /** Resumed, and reading what was answered before. */
        CATCHING_UP,
        /** Resumed, and reading what is answered now: a prompt that was called off is asked for again. */
        CAUGHT_UP
    }

    /** A step and the place of its event in the log. */
    record Told(CompletionStep step, LogPlace place) {}

    /** @param startOffset where in the log the answers begin */
    CompletionCall(
            CompletionId id,
            CompletionRequest request,
            long startOffset,
            ArrivalQueue arrivals,
            Line line,
            State state,
            Instant deadline,
            Clock clock) {
        this.id = id;
        this.request = request;
        this.startOffset = startOffset;
        this.stream = new CompletionStream(request.prompts().size(), request.candidates());
        this.arrivals = arrivals;
        this.line = line;
        this.state = state;
        this.deadline = deadline;
        this.clock = clock;
    }

    CompletionId id() {
        return id;
    }

    CompletionRequest request() {
        return request;
    }

    /** What a client names to go on after this event. */
    StreamPlace placeOf(LogPlace event) {
        return new StreamPlace(event.partition(), startOffset, event.offset(), event.index(), id);
    }

    /**
     * The next step.
     *
     * @return empty if none comes within the patience
     * @throws ApiException if the request fails, or its time is over
     * @throws ClientLostException if nobody is there to be told
     */
    Optional<Told> next(Duration patience) throws InterruptedException {
        var until = clock.instant().plus(patience);
        while (true) {
            var now = clock.instant();
            if (!now.isBefore(deadline)) {
                throw new ApiException(ErrorKind.TIMEOUT, "The request was not done by its deadline, " + deadline);
            }
            var arrival = arrivals.take(Duration.between(now, until.isBefore(deadline) ? until : deadline));
            if (arrival.isEmpty() && !clock.instant().isBefore(until)) {
                return Optional.empty();
            }
            if (arrival.isPresent()) {
                var told = told(arrival.get());
                if (told.isPresent()) {
                    return told;
                }
            }
        }
    }

    private Optional<Told> told(Arrival arrival) {
        return switch (arrival) {
            case Arrival.Answer answer ->
                stream.accept(answer.source(), answer.event())
                        .filter(this::isForTheClient)
                        .map(step -> new Told(step, answer.place()));
            case Arrival.CaughtUp() -> {
                state = State.CAUGHT_UP;
                stream.cancelled().toList().forEach(prompt -> line.send(stream.runAgain(prompt)));
                yield Optional.empty();
            }
            case Arrival.SendFailed(Throwable reason) -> throw Failures.notPassedOn(reason);
            case Arrival.ClientLost() -> throw new ClientLostException();
        };
    }

    private boolean isForTheClient(CompletionStep step) {
        return switch (step) {
            case CompletionStep.Echoed _,
                    CompletionStep.Token _,
                    CompletionStep.Finished _,
                    CompletionStep.Completed _ -> true;
            case CompletionStep.Failed failed ->
                throw Failures.refusal(failed.code(), failed.message(), failed.parameter());
            case CompletionStep.Cancelled(int prompt) -> {
                calledOff(prompt);
                yield false;
            }
        };
    }

    private void calledOff(int prompt) {
        switch (state) {
            case ASKED -> throw Failures.refusal(FailureCode.CANCELLED, "The request was cancelled", null);
            case CATCHING_UP -> {
                // It may have been asked for again by the gateway that was here before; the rest of the log tells.
            }
            case CAUGHT_UP -> line.send(stream.runAgain(prompt));
        }
    }

    /** The client is gone but may come back: what runs goes on for a while. */
    void leaveRunning(Duration grace) {
        this.grace = grace;
    }

    /** Ends the call; work that is not done is called off. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            line.close(stream.running().toList(), grace);
        }
    }
}
