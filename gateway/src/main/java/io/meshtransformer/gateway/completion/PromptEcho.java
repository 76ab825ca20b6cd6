package io.meshtransformer.gateway.completion;

import io.meshtransformer.contracts.Prompt;
import io.meshtransformer.contracts.TokenDetail;
import io.meshtransformer.contracts.TokenIds;
import java.util.ArrayList;
import java.util.List;

/** A prompt as it is read back: what {@code echo} shows and {@code prompt_token_ids} tells. */
final class PromptEcho {
    private final Prompt prompt;
    private final List<TokenDetail> tokens = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();

    PromptEcho(Prompt prompt) {
        this.prompt = prompt;
    }

    void add(CompletionStep.Echoed echoed) {
        tokens.addAll(echoed.tokens());
        text.append(echoed.text());
    }

    List<TokenDetail> tokens() {
        return tokens;
    }

    String text() {
        return text.toString();
    }

    TokenIds ids() {
        return prompt.ids() != null
                ? prompt.ids()
                : TokenIds.of(tokens.stream().mapToInt(TokenDetail::id).toArray());
    }
}
