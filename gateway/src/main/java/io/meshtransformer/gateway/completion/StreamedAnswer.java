package io.meshtransformer.gateway.completion;

import io.meshtransformer.contracts.Usage;
import io.meshtransformer.gateway.completion.CompletionCall.Told;
import io.meshtransformer.gateway.error.ApiException;
import io.meshtransformer.gateway.http.ServerSentEvents;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Writes a request's completions as server-sent events while they come. */
final class StreamedAnswer {
    private final CompletionCall call;
    private final StreamPlace after;
    private final Duration keepAlive;
    private final Consumer<Usage> onUsage;
    private final CompletionWriter writer;
    private final ChoiceTexts texts;

    /**
     * @param after where the client was, whose earlier events are not written again; null for a new stream
     * @param onUsage is told what the answer took, when it ends
     */
    StreamedAnswer(CompletionCall call, StreamPlace after, Duration keepAlive, Consumer<Usage> onUsage) {
        this.onUsage = onUsage;
        this.call = call;
        this.after = after;
        this.keepAlive = keepAlive;
        this.writer = new CompletionWriter(call.id(), call.request());
        this.texts = new ChoiceTexts(call.request());
    }

    /**
     * Writes events to the end of the stream, an error's included; returns early when the client is gone.
     *
     * @param first the step that showed that there is something to write
     */
    void write(Told first, OutputStream out) throws IOException, InterruptedException {
        var events = new ServerSentEvents(out);
        try {
            for (var told = Optional.of(first); ; told = next(events)) {
                if (told.isEmpty()) {
                    events.keepAlive();
                } else if (write(told.get(), events)) {
                    return;
                }
            }
        } catch (ApiException e) {
            events.event(writer.error(e));
            events.done();
        }
    }

    /** Several tokens that came together leave together; before anything is waited for, all have left. */
    private Optional<Told> next(ServerSentEvents events) throws IOException, InterruptedException {
        var ready = call.next(Duration.ZERO);
        if (ready.isPresent()) {
            return ready;
        }
        events.flush();
        return call.next(keepAlive);
    }

    /** @return whether it was the last */
    private boolean write(Told told, ServerSentEvents events) throws IOException {
        switch (told.step()) {
            case CompletionStep.Echoed echoed -> texts.add(echoed);
            case CompletionStep.Token token -> {
                texts.add(token);
                chunk(token.prompt(), token.candidate(), told, events);
            }
            case CompletionStep.Finished finished -> {
                texts.add(finished);
                chunk(finished.prompt(), finished.candidate(), told, events);
            }
            case CompletionStep.Completed(var usage) -> {
                end(usage, told, events);
                return true;
            }
            case CompletionStep.Cancelled _, CompletionStep.Failed _ ->
                throw new IllegalStateException("a call throws what ends it: " + told);
        }
        return false;
    }

    private void chunk(int prompt, int candidate, Told told, ServerSentEvents events) throws IOException {
        var choice = texts.take(prompt, candidate);
        if (choice.isPresent() && isNew(told)) {
            events.event(call.placeOf(told.place()), writer.chunk(choice.get()));
        }
    }

    private void end(Usage usage, Told told, ServerSentEvents events) throws IOException {
        if (isNew(told)) {
            onUsage.accept(usage);
        }
        if (call.request().includeUsage() && isNew(told)) {
            events.event(call.placeOf(told.place()), writer.usageChunk(usage));
        }
        events.done();
    }

    private boolean isNew(Told told) {
        return after == null
                || after.isBefore(told.place().offset(), told.place().index());
    }
}
