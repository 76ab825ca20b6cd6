package io.meshtransformer.inference.generation;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FinishReason;
import io.meshtransformer.contracts.GenerationOptions;
import io.meshtransformer.contracts.TokenDetail;
import io.meshtransformer.gptj.sampling.LogSoftmax;
import io.meshtransformer.gptj.sampling.TokenHistory;
import io.meshtransformer.inference.text.TokenDetails;
import io.meshtransformer.inference.text.TokenTexts;
import io.meshtransformer.inference.text.TokenTexts.TextStream;
import java.util.Arrays;
import java.util.function.Consumer;

/** One continuation of a prompt while it grows. */
final class Choice {

    private static final int NO_SLOT = -1;

    private final String requestId;
    private final int number;
    private final GenerationOptions options;
    private final int eosTokenId;
    private final TokenTexts texts;
    private final TextStream text;
    private final TokenChoice chooser;
    private int slot = NO_SLOT;
    private int tokens;
    /** Prompt and generated tokens, and room. */
    private int[] history;

    private final int promptLength;
    private double cumulativeLogprob;
    private Drawn drawn;
    private boolean finished;

    Choice(
            String requestId,
            int[] prompt,
            int number,
            GenerationOptions options,
            int eosTokenId,
            TokenTexts texts,
            TokenChoice chooser) {
        this.requestId = requestId;
        history = prompt;
        promptLength = prompt.length;
        this.number = number;
        this.options = options;
        this.eosTokenId = eosTokenId;
        this.texts = texts;
        this.chooser = chooser;
        text = texts.generated(options.stop());
    }

    /** Chooses the next token; on the thread that reads the row. */
    void draw(LogSoftmax row) {
        var id = chooser.next(row, new TokenHistory(history, promptLength, promptLength + tokens));
        var detail = options.logprobs() == null ? null : TokenDetails.of(id, row, options.logprobs(), texts);
        drawn = new Drawn(id, row.logprob(id), detail);
    }

    /** Makes events of the token drawn in this step, if there is one. */
    void advance(Consumer<AnswerEvent> events) {
        if (drawn == null) {
            return;
        }
        var token = drawn;
        drawn = null;
        cumulativeLogprob += token.logprob;
        history = history.length > promptLength + tokens ? history : longer(history);
        history[promptLength + tokens] = token.id;
        var index = tokens++;
        var ended = token.id == eosTokenId && !options.ignoreEos();
        var shown = ended ? "" : text.accept(token.id);
        events.accept(new AnswerEvent.TokenGenerated(requestId, number, index, token.id, shown, token.detail));
        if (ended) {
            finish(FinishReason.STOP, text.flush(), events);
        } else if (text.stopped()) {
            finish(FinishReason.STOP, "", events);
        } else if (tokens == options.maxTokens()) {
            var rest = text.flush();
            finish(text.stopped() ? FinishReason.STOP : FinishReason.LENGTH, rest, events);
        }
    }

    /** Ends a choice of which no token is wanted. */
    void finishEmpty(Consumer<AnswerEvent> events) {
        finish(FinishReason.LENGTH, "", events);
    }

    private void finish(FinishReason reason, String heldBack, Consumer<AnswerEvent> events) {
        finished = true;
        events.accept(new AnswerEvent.ChoiceFinished(requestId, number, tokens, heldBack, reason, cumulativeLogprob));
    }

    boolean finished() {
        return finished;
    }

    int tokens() {
        return tokens;
    }

    /** The token that the model has to read next. */
    int lastToken() {
        return history[promptLength + tokens - 1];
    }

    boolean hasSlot() {
        return slot != NO_SLOT;
    }

    int slot() {
        return slot;
    }

    void takeSlot(int given) {
        slot = given;
    }

    /** @return the slot that it had */
    int leaveSlot() {
        var left = slot;
        slot = NO_SLOT;
        return left;
    }

    private static int[] longer(int[] ids) {
        return Arrays.copyOf(ids, ids.length + Math.max(16, ids.length / 2));
    }

    private record Drawn(int id, double logprob, TokenDetail detail) {}
}
