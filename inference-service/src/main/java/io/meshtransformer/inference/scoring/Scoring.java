package io.meshtransformer.inference.scoring;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.InferenceRequest;
import io.meshtransformer.contracts.Usage;
import io.meshtransformer.gptj.engine.Chunk;
import io.meshtransformer.gptj.engine.InferenceEngine;
import io.meshtransformer.gptj.sampling.LogSoftmax;
import io.meshtransformer.inference.scheduler.SequenceFamily;
import io.meshtransformer.inference.scheduler.StepPlan;
import io.meshtransformer.inference.scheduler.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Scores the continuations of one context. The context is read once, and on with it the first continuation that has
 * anything to read; its last logits score every continuation's first token. Other longer continuations branch off the
 * context, share its KV memory, and are gone once read, so thousands of them take no more memory than fit a step.
 */
final class Scoring implements Task {

    private final InferenceRequest.Score request;
    private final SequenceFamily sequences;
    private final int vocabularySize;
    private final List<Continuation> continuations;
    private final Continuation lead;
    /** The context and what is read of the lead. */
    private final int[] text;
    /** Where in the text the logits are that score first tokens: the context's last. */
    private final int contextEnd;

    private final List<Continuation> reading = new ArrayList<>();
    private int textRead;
    private boolean contextKnown;
    private boolean leadEnded;
    private int next;
    /** Of continuations but the lead. */
    private long tokensLeft;

    private boolean done;

    Scoring(InferenceRequest.Score request, SequenceFamily sequences, InferenceEngine engine) {
        this.request = request;
        this.sequences = sequences;
        vocabularySize = engine.config().vocabularySize();
        continuations = request.continuations().stream().map(Continuation::new).toList();
        lead = continuations.stream()
                .filter(continuation -> continuation.tokensToRead() > 0)
                .findFirst()
                .orElse(continuations.getFirst());
        var context = request.contextIds().toArray();
        contextEnd = context.length - 1;
        text = Arrays.copyOf(context, context.length + lead.tokensToRead());
        var led = lead.take(lead.tokensToRead());
        System.arraycopy(led, 0, text, context.length, led.length);
        tokensLeft =
                continuations.stream().mapToLong(Continuation::tokensToRead).sum() - led.length;
    }

    @Override
    public boolean admit(Consumer<AnswerEvent> events) {
        if (!sequences.open()) {
            return false;
        }
        lead.begin(sequences.branch(lead.tokensToRead()));
        return true;
    }

    /** Branches live for a few steps and take what room there is, so none is held for them. */
    @Override
    public boolean widen() {
        return true;
    }

    @Override
    public void decode(StepPlan plan) {
        // Nothing is generated.
    }

    @Override
    public int prefillDemand() {
        var demand = text.length - textRead + (contextKnown ? tokensLeft : 0);
        return (int) Math.min(demand, Integer.MAX_VALUE);
    }

    @Override
    public void prefill(StepPlan plan, int tokens) {
        var left = tokens - readText(plan, Math.min(tokens, text.length - textRead));
        if (contextKnown) {
            readContinuations(plan, Math.min(left, plan.rowsLeft()));
        }
    }

    /** @return tokens read, fewer than {@code most} where logit rows run out */
    private int readText(StepPlan plan, int most) {
        var from = textRead;
        var firstRow = Math.max(from, contextEnd);
        var to = Math.min(from + most, firstRow + plan.rowsLeft());
        if (to <= from) {
            return 0;
        }
        textRead = to;
        plan.add(
                new Chunk(lead.slot(), Arrays.copyOfRange(text, from, to), Math.min(firstRow, to) - from),
                (row, logits, offset) ->
                        score(firstRow + row - contextEnd, LogSoftmax.of(logits, offset, vocabularySize)));
        return to - from;
    }

    /** @param token of the lead; its first is everybody's */
    private void score(int token, LogSoftmax row) {
        if (token > 0) {
            lead.score(token, row);
            return;
        }
        continuations.forEach(continuation -> continuation.score(0, row));
        contextKnown = true;
    }

    private void readContinuations(StepPlan plan, int tokens) {
        var left = tokens;
        for (var continuation : reading) {
            left -= read(plan, continuation, left);
        }
        while (left > 0 && skipShort() && begin(continuations.get(next))) {
            left -= read(plan, continuations.get(next++), left);
        }
    }

    /** Moves on to the next continuation of more than one token that is not the lead. */
    private boolean skipShort() {
        while (next < continuations.size() && continuations.get(next).wholly()) {
            next++;
        }
        return next < continuations.size();
    }

    private boolean begin(Continuation continuation) {
        var slot = sequences.branch(continuation.tokensToRead());
        if (slot < 0) {
            return false;
        }
        continuation.begin(slot);
        reading.add(continuation);
        return true;
    }

    private int read(StepPlan plan, Continuation continuation, int most) {
        var from = continuation.read();
        var ids = continuation.take(most);
        if (ids.length > 0) {
            tokensLeft -= ids.length;
            plan.add(
                    Chunk.withAllLogits(continuation.slot(), ids),
                    (row, logits, offset) ->
                            continuation.score(from + row + 1, LogSoftmax.of(logits, offset, vocabularySize)));
        }
        return ids.length;
    }

    @Override
    public void advance(Consumer<AnswerEvent> events) {
        if (!contextKnown) {
            return;
        }
        if (!leadEnded && textRead == text.length) {
            leadEnded = true;
            sequences.end(lead.slot(), true);
        }
        reading.removeIf(continuation -> {
            if (continuation.wholly()) {
                sequences.end(continuation.slot(), true);
            }
            return continuation.wholly();
        });
        if (leadEnded && tokensLeft == 0 && reading.isEmpty()) {
            var scores = continuations.stream().map(Continuation::result).toList();
            var tokens = request.contextIds().size()
                    + continuations.stream().mapToInt(Continuation::length).sum();
            events.accept(new AnswerEvent.ScoreCompleted(request.requestId(), scores, new Usage(tokens, 0)));
            done = true;
        }
    }

    @Override
    public boolean done() {
        return done;
    }

    @Override
    public void close() {
        sequences.close();
    }
}
