package io.meshtransformer.inference.generation;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.TokenDetail;
import io.meshtransformer.contracts.TokenIds;
import io.meshtransformer.gptj.sampling.LogSoftmax;
import io.meshtransformer.inference.text.TokenDetails;
import io.meshtransformer.inference.text.TokenTexts;
import io.meshtransformer.inference.text.TokenTexts.TextStream;
import java.util.Arrays;
import java.util.function.Consumer;

/** Reports a prompt's tokens in runs, as their log-probabilities become known. */
final class PromptEcho {

    private final String requestId;
    private final TokenIds prompt;
    private final Integer alternatives;
    private final TokenTexts texts;
    private final TextStream text;
    private final TokenDetail[] details;
    private int emitted;

    /** @param alternatives per token, or null for no log-probabilities */
    PromptEcho(String requestId, TokenIds prompt, Integer alternatives, TokenTexts texts) {
        this.requestId = requestId;
        this.prompt = prompt;
        this.alternatives = alternatives;
        this.texts = texts;
        text = texts.prompt();
        details = new TokenDetail[prompt.size()];
    }

    /** Whether logits of every prompt token are needed. */
    boolean needsLogits() {
        return alternatives != null;
    }

    /** Notes a token's log-probability, from the logits after the token before it; on any thread. */
    void read(int token, LogSoftmax row) {
        details[token] = TokenDetails.of(prompt.get(token), row, alternatives, texts);
    }

    /** Emits what comes before token {@code until} and was not emitted yet. */
    void emit(int until, Consumer<AnswerEvent> events) {
        if (until <= emitted) {
            return;
        }
        var shown = new StringBuilder();
        for (int i = emitted; i < until; i++) {
            var id = prompt.get(i);
            shown.append(text.accept(id));
            if (details[i] == null) {
                details[i] = TokenDetails.undefined(id, texts);
            }
        }
        if (until == prompt.size()) {
            shown.append(text.flush());
        }
        var run = Arrays.asList(details).subList(emitted, until);
        events.accept(new AnswerEvent.PromptEchoed(requestId, emitted, run, shown.toString()));
        Arrays.fill(details, emitted, until, null);
        emitted = until;
    }
}
