package io.meshtransformer.gateway.completion;

import io.meshtransformer.contracts.Topics;
import io.meshtransformer.gateway.GatewayConfiguration;
import io.meshtransformer.gateway.completion.CompletionCall.State;
import io.meshtransformer.gateway.completion.CompletionId.PromptRun;
import io.meshtransformer.gateway.error.ApiException;
import io.meshtransformer.gateway.error.ErrorKind;
import io.meshtransformer.gateway.http.Admission.Permit;
import io.meshtransformer.gateway.http.Connection;
import io.meshtransformer.messaging.Answers;
import io.meshtransformer.messaging.CancellationSender;
import io.meshtransformer.messaging.MessageSender;
import io.meshtransformer.messaging.MessagingException;
import io.meshtransformer.messaging.PlaceNotKeptException;
import io.meshtransformer.messaging.ReplyAddress;
import io.meshtransformer.messaging.TooManyReplaysException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Begins completions calls over the topics, and takes up those that another gateway, or this one, began. */
@Singleton
final class CompletionCalls {
    private static final Logger LOG = Logger.getLogger(CompletionCalls.class);

    private final Answers answers;
    private final MessageSender sender;
    private final CancellationSender cancellations;
    private final Abandonments abandonments;
    private final GatewayConfiguration configuration;
    private final Counter cut;
    private final Counter resumed;
    private final Clock clock = Clock.systemUTC();

    CompletionCalls(
            Answers answers,
            MessageSender sender,
            CancellationSender cancellations,
            Abandonments abandonments,
            GatewayConfiguration configuration,
            MeterRegistry metrics) {
        this.answers = answers;
        this.sender = sender;
        this.cancellations = cancellations;
        this.abandonments = abandonments;
        this.configuration = configuration;
        this.cut = metrics.counter("mtj.gateway.streams.cut");
        this.resumed = metrics.counter("mtj.gateway.streams.resumed");
    }

    /**
     * Asks for the completions of each prompt.
     *
     * @param permit closed with the call, or when there is none
     */
    CompletionCall begin(CompletionRequest request, Connection connection, Permit permit) {
        var id = CompletionId.of(clock.instant(), UUID.randomUUID());
        var deadline = clock.instant().plus(configuration.requestTimeout());
        var arrivals = arrivals(request, connection);
        var line = new Line(new PromptRequests(id, request, deadline), answers.address(), arrivals, permit);
        try {
            // Before anything is sent: an answer may be back before the send is confirmed.
            long startOffset = line.listen(answers);
            var call = new CompletionCall(id, request, startOffset, arrivals, line, State.ASKED, deadline, clock);
            line.sendAll();
            return call;
        } catch (RuntimeException e) {
            line.close(List.of(), Duration.ZERO);
            throw e;
        }
    }

    /**
     * Takes up a stream after a place of it: reads again what was answered, goes on with what is answered now, and asks
     * again for what was called off meanwhile.
     *
     * @param permit closed with the call, or when there is none
     * @throws ApiException if the log does not reach back to the beginning of the stream, or cannot be read now
     */
    CompletionCall resume(StreamPlace place, CompletionRequest request, Connection connection, Permit permit) {
        resumed.increment();
        var deadline = clock.instant().plus(configuration.requestTimeout());
        var arrivals = arrivals(request, connection);
        // The answers go where the earlier ones are, so that the stream stays in one place however often it is resumed.
        var replyTo = new ReplyAddress(Topics.ANSWERS.name(), place.partition());
        var line = new Line(new PromptRequests(place.id(), request, deadline), replyTo, arrivals, permit);
        try {
            line.replay(answers, place);
        } catch (MessagingException e) {
            line.close(List.of(), Duration.ZERO);
            throw refusal(place, e);
        }
        return new CompletionCall(
                place.id(), request, place.startOffset(), arrivals, line, State.CATCHING_UP, deadline, clock);
    }

    private static ApiException refusal(StreamPlace place, MessagingException failure) {
        var message = "The stream of " + place.id() + " cannot be gone on with (" + failure.getMessage() + "); ";
        return switch (failure) {
            case PlaceNotKeptException _ ->
                new ApiException(
                        ErrorKind.STREAM_NOT_FOUND,
                        message + "without the header Last-Event-ID the request begins anew",
                        StreamPlace.HEADER);
            case TooManyReplaysException _ ->
                new ApiException(ErrorKind.OVERLOADED, message + "please try again shortly");
            // Of the broker; what it says is for the log.
            default -> {
                LOG.warn("a stream was not taken up again", failure);
                yield new ApiException(
                        ErrorKind.UNAVAILABLE,
                        "The stream of " + place.id() + " cannot be gone on with now; please try again shortly");
            }
        };
    }

    private ArrivalQueue arrivals(CompletionRequest request, Connection connection) {
        // A whole answer is held until its end anyway; only a stream has a reader who may be slow.
        int capacity = request.stream() ? configuration.streams().buffer() : Integer.MAX_VALUE;
        var arrivals = new ArrivalQueue(capacity, () -> {
            cut.increment();
            connection.cut();
        });
        connection.onLost(arrivals::clientLost);
        return arrivals;
    }

    /** The topics as one call uses them. */
    private final class Line implements CompletionCall.Line {
        private final PromptRequests requests;
        private final ReplyAddress replyTo;
        private final ArrivalQueue arrivals;
        private final Permit permit;
        private final List<Runnable> subscriptions = new ArrayList<>();

        private Line(PromptRequests requests, ReplyAddress replyTo, ArrivalQueue arrivals, Permit permit) {
            this.requests = requests;
            this.replyTo = replyTo;
            this.arrivals = arrivals;
            this.permit = permit;
            abandonments.take(requests.id(), this);
        }

        /** @return the offset from which on answers come */
        long listen(Answers answers) {
            long startOffset = Long.MAX_VALUE;
            for (int prompt = 0; prompt < requests.request().prompts().size(); prompt++) {
                var run = new PromptRun(prompt, 0);
                var registration = answers.register(
                        requests.requestId(run), (event, place) -> arrivals.put(new Arrival.Answer(run, event, place)));
                subscriptions.add(registration::close);
                startOffset = Math.min(startOffset, registration.fromOffset());
            }
            return startOffset;
        }

        void replay(Answers answers, StreamPlace place) {
            var replay = answers.replay(
                    place.partition(),
                    place.startOffset(),
                    requestId -> place.id().promptRun(requestId).isPresent(),
                    new ResumedArrivals(place.id(), arrivals));
            subscriptions.add(replay::close);
        }

        void sendAll() {
            for (int prompt = 0; prompt < requests.request().prompts().size(); prompt++) {
                send(new PromptRun(prompt, 0));
            }
        }

        @Override
        public void send(PromptRun run) {
            sender.send(Topics.PROMPTS, requests.requestId(run), requests.of(run), replyTo)
                    .whenComplete((_, failure) -> {
                        if (failure != null) {
                            arrivals.put(new Arrival.SendFailed(failure));
                        }
                    });
        }

        @Override
        public void close(List<PromptRun> running, Duration grace) {
            // A replay that waits for room would not end.
            arrivals.clientLost();
            subscriptions.forEach(Runnable::run);
            permit.close();
            if (running.isEmpty()) {
                abandonments.end(requests.id(), this);
            } else {
                abandonments.leave(requests.id(), this, grace, () -> running.forEach(this::callOff));
            }
        }

        private void callOff(PromptRun run) {
            cancellations.cancel(requests.requestId(run), "nobody waits for it any more");
        }
    }
}
