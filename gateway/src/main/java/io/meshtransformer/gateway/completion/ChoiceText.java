package io.meshtransformer.gateway.completion;

import io.meshtransformer.contracts.FinishReason;
import io.meshtransformer.contracts.TokenDetail;
import io.meshtransformer.contracts.TokenIds;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The text, tokens and ids of one choice that have come and are not given out yet. */
final class ChoiceText {
    private final CompletionRequest request;
    private final PromptEcho echo;
    private final TextOffsets offsets = new TextOffsets();
    private StringBuilder text = new StringBuilder();
    private List<TokenDetail> details = new ArrayList<>();
    private List<Integer> textOffsets = new ArrayList<>();
    private IntStream.Builder ids = IntStream.builder();
    private TokenIds promptIds;
    private FinishReason finishReason;
    private double logprobPerToken;
    private boolean begun;

    ChoiceText(CompletionRequest request, PromptEcho echo) {
        this.request = request;
        this.echo = echo;
    }

    void add(CompletionStep.Token token) {
        begin();
        text.append(token.text());
        if (token.detail() != null) {
            detail(token.detail());
        }
        ids.add(token.id());
    }

    void add(CompletionStep.Finished finished) {
        begin();
        text.append(finished.text());
        finishReason = finished.reason();
        logprobPerToken = finished.logprob() / Math.max(1, finished.tokens());
    }

    /** How likely the model finds the finished choice, comparable between choices of different lengths. */
    double logprobPerToken() {
        return logprobPerToken;
    }

    /** Whether there is anything that a client wants to see. */
    boolean isWorthTelling() {
        return !text.isEmpty() || !details.isEmpty() || request.returnTokenIds() || finishReason != null;
    }

    /** What came since the last call. */
    Choice take(int index) {
        var choice = new Choice(
                index,
                text.toString(),
                details.isEmpty() ? null : new Logprobs(details, textOffsets),
                finishReason,
                request.returnTokenIds() ? TokenIds.of(ids.build().toArray()) : null,
                promptIds);
        text = new StringBuilder();
        details = new ArrayList<>();
        textOffsets = new ArrayList<>();
        ids = IntStream.builder();
        promptIds = null;
        return choice;
    }

    /** The prompt, as far as it was asked for, comes before the first token; by then it is read back completely. */
    private void begin() {
        if (begun) {
            return;
        }
        begun = true;
        if (request.options().echo()) {
            text.append(echo.text());
            echo.tokens().forEach(this::detail);
        }
        if (request.returnTokenIds()) {
            promptIds = echo.ids();
        }
    }

    private void detail(TokenDetail detail) {
        if (request.options().logprobs() != null) {
            details.add(detail);
            textOffsets.add(offsets.next(detail.token()));
        }
    }
}
