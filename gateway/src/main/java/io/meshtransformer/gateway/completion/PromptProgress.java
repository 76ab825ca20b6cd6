package io.meshtransformer.gateway.completion;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.Usage;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** How far the answers to one prompt have come. */
final class PromptProgress {
    private final int prompt;
    private final int[] tokens;
    private final boolean[] finished;
    /** Length of the prompt's text (UTF-16 units) up to those tokens where an echo event began or ended. */
    private final Map<Integer, Integer> echoedText = new HashMap<>(Map.of(0, 0));

    private int echoedTokens;
    private int run;
    private boolean cancelled;
    private boolean failed;
    private Usage usage;

    PromptProgress(int prompt, int candidates) {
        this.prompt = prompt;
        this.tokens = new int[candidates];
        this.finished = new boolean[candidates];
    }

    int prompt() {
        return prompt;
    }

    int run() {
        return run;
    }

    boolean cancelled() {
        return cancelled;
    }

    boolean completed() {
        return usage != null;
    }

    /** Whether no worker has anything left to do for it. */
    boolean over() {
        return completed() || failed || cancelled;
    }

    /** Null until completed. */
    Usage usage() {
        return usage;
    }

    void sawRun(int seen) {
        if (seen > run) {
            run = seen;
            cancelled = false;
        }
    }

    Optional<CompletionStep> failed(int failedRun, AnswerEvent.Failed failure) {
        if (completed() || failedRun < run) {
            return Optional.empty();
        }
        if (failure.code() == FailureCode.CANCELLED) {
            cancelled = true;
            return Optional.of(new CompletionStep.Cancelled(prompt));
        }
        failed = true;
        return Optional.of(new CompletionStep.Failed(failure.code(), failure.message(), failure.parameter()));
    }

    Optional<CompletionStep> echoed(AnswerEvent.PromptEchoed event) {
        int from = event.from();
        int to = from + event.tokens().size();
        var textBefore = echoedText.get(from);
        if (textBefore == null || from > echoedTokens) {
            return to <= echoedTokens ? Optional.empty() : Optional.of(lost("the echo goes on at token " + from));
        }
        echoedText.put(to, textBefore + event.text().length());
        if (to <= echoedTokens) {
            return Optional.empty();
        }
        // Another run may cut the prompt into other pieces: only what goes beyond is new.
        var newTokens =
                event.tokens().subList(echoedTokens - from, event.tokens().size());
        var newText = event.text().substring(echoedText.get(echoedTokens) - textBefore);
        echoedTokens = to;
        return Optional.of(new CompletionStep.Echoed(prompt, newTokens, newText));
    }

    Optional<CompletionStep> token(AnswerEvent.TokenGenerated event) {
        int candidate = event.choice();
        if (isUnknown(candidate)) {
            return Optional.of(lost("a token of choice " + candidate));
        }
        if (finished[candidate] || event.index() < tokens[candidate]) {
            return Optional.empty();
        }
        if (event.index() > tokens[candidate]) {
            return Optional.of(lost("token " + event.index() + " follows " + tokens[candidate] + " tokens"));
        }
        tokens[candidate]++;
        return Optional.of(new CompletionStep.Token(prompt, candidate, event.id(), event.text(), event.detail()));
    }

    Optional<CompletionStep> finished(AnswerEvent.ChoiceFinished event) {
        int candidate = event.choice();
        if (isUnknown(candidate)) {
            return Optional.of(lost("an end of choice " + candidate));
        }
        if (finished[candidate]) {
            return Optional.empty();
        }
        if (event.tokens() != tokens[candidate]) {
            return Optional.of(lost(tokens[candidate] + " of " + event.tokens() + " tokens came"));
        }
        finished[candidate] = true;
        return Optional.of(new CompletionStep.Finished(
                prompt, candidate, event.tokens(), event.text(), event.reason(), event.cumulativeLogprob()));
    }

    /** @return a failure, or empty where all is well */
    Optional<CompletionStep> completed(Usage total) {
        for (var each : finished) {
            if (!each) {
                return Optional.of(lost("the end came before the end of a choice"));
            }
        }
        usage = total;
        return Optional.empty();
    }

    private boolean isUnknown(int candidate) {
        return candidate < 0 || candidate >= tokens.length;
    }

    private CompletionStep lost(String sign) {
        return lost(prompt, sign);
    }

    static CompletionStep lost(int prompt, String sign) {
        return new CompletionStep.Failed(
                FailureCode.INTERNAL_ERROR,
                "A part of the answer to prompt %d was lost on its way (%s); please try again.".formatted(prompt, sign),
                null);
    }
}
