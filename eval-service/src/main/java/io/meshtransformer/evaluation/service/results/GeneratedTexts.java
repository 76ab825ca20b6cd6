package io.meshtransformer.evaluation.service.results;

import io.meshtransformer.contracts.AnswerEvent;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Texts that come token by token. What holds a token is not acknowledged before the text is where it belongs: whatever
 * dies, the tokens come again. Not thread-safe, but for what is returned.
 */
final class GeneratedTexts {
    private static final class Growing {
        private final StringBuilder text = new StringBuilder();
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private int next;
    }

    private final Map<String, Growing> growing = new HashMap<>();

    /** @return done when the whole text is */
    CompletionStage<Void> add(AnswerEvent.TokenGenerated token) {
        var text = growing.computeIfAbsent(token.requestId(), _ -> new Growing());
        // A worker that begins again says the same tokens with the same indices.
        if (token.index() == text.next) {
            text.text.append(token.text());
            text.next++;
        }
        return text.done;
    }

    /** @param then takes the whole text, and is done when that is where it belongs */
    CompletionStage<Void> finish(AnswerEvent.ChoiceFinished finished, Function<String, CompletionStage<Void>> then) {
        var text = growing.remove(finished.requestId());
        if (text == null) {
            text = new Growing();
        }
        var done = text.done;
        // Where the text can be nowhere, that is said of what finished it.
        return then.apply(text.text + finished.text()).whenComplete((_, _) -> done.complete(null));
    }

    /** There will be no text. */
    void drop(String requestId) {
        var text = growing.remove(requestId);
        if (text != null) {
            text.done.complete(null);
        }
    }
}
