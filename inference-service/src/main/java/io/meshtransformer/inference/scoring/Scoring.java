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
 * Scores the continuations of one context. The context is read once; its last logits score every continuation's first
 * token. A longer continuation branches off the context, shares its KV memory, and is gone once read, so thousands of
 * them take no more memory than fit a step.
 */
final class Scoring implements Task {

    private final InferenceRequest.Score request;
    private final SequenceFamily sequences;
    private final int vocabularySize;
    private final int[] context;
    private final List<Continuation> continuations;
    private final List<Continuation> reading = new ArrayList<>();
    private int contextRead;
    private boolean contextKnown;
    private int next;
    private long tokensLeft;
    private boolean done;

    Scoring(InferenceRequest.Score request, SequenceFamily sequences, InferenceEngine engine) {
        this.request = request;
        this.sequences = sequences;
        vocabularySize = engine.config().vocabularySize();
        context = request.contextIds().toArray();
        continuations = request.continuations().stream().map(Continuation::new).toList();
        tokensLeft =
                continuations.stream().mapToLong(Continuation::tokensToRead).sum();
    }

    @Override
    public boolean admit(Consumer<AnswerEvent> events) {
        return sequences.open();
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
        if (contextRead < context.length) {
            return context.length - contextRead;
        }
        return contextKnown ? (int) Math.min(tokensLeft, Integer.MAX_VALUE) : 0;
    }

    @Override
    public void prefill(StepPlan plan, int tokens) {
        if (contextRead < context.length) {
            readContext(plan, tokens);
        } else {
            readContinuations(plan, Math.min(tokens, plan.rowsLeft()));
        }
    }

    private void readContext(StepPlan plan, int tokens) {
        var to = contextRead + tokens;
        if (to == context.length && plan.rowsLeft() == 0) {
            to--;
        }
        if (to == contextRead) {
            return;
        }
        var ids = Arrays.copyOfRange(context, contextRead, to);
        contextRead = to;
        if (to < context.length) {
            plan.add(Chunk.withoutLogits(sequences.prefixSlot(), ids), (_, _, _) -> {});
        } else {
            plan.add(
                    Chunk.withLastLogits(sequences.prefixSlot(), ids),
                    (_, logits, offset) -> scoreFirst(LogSoftmax.of(logits, offset, vocabularySize)));
        }
    }

    private void scoreFirst(LogSoftmax row) {
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

    /** Moves on to the next continuation of more than one token. */
    private boolean skipShort() {
        while (next < continuations.size() && continuations.get(next).tokensToRead() == 0) {
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
        reading.removeIf(continuation -> {
            if (continuation.wholly()) {
                sequences.end(continuation.slot(), true);
            }
            return continuation.wholly();
        });
        if (tokensLeft == 0 && reading.isEmpty()) {
            var scores = continuations.stream().map(Continuation::result).toList();
            var tokens = context.length
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
