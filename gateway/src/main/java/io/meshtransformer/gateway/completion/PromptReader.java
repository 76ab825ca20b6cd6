package io.meshtransformer.gateway.completion;

import io.meshtransformer.contracts.Prompt;
import io.meshtransformer.contracts.TokenIds;
import io.meshtransformer.gateway.json.JsonField;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A {@code prompt} field: a text, token ids, or a list of either. */
final class PromptReader {
    private final JsonField value;
    private final int most;
    private final List<Prompt> prompts = new ArrayList<>();
    private final IntStream.Builder ids = IntStream.builder();
    private Kind kind;

    private enum Kind {
        TEXTS,
        IDS,
        ID_LISTS
    }

    private PromptReader(JsonField value, int most) {
        this.value = value;
        this.most = most;
    }

    /** @param most prompts allowed in a list */
    static List<Prompt> read(JsonField value, int most) throws IOException {
        if (value.isText()) {
            return List.of(Prompt.ofText(value.text()));
        }
        if (!value.isList()) {
            throw value.wrongType("a text, a list of texts, a list of token ids or a list of such lists");
        }
        return new PromptReader(value, most).list();
    }

    private List<Prompt> list() throws IOException {
        int size = value.elements(this::element);
        if (size == 0) {
            throw value.invalid("'prompt' is an empty list");
        }
        if (kind == Kind.IDS) {
            return List.of(new Prompt(null, TokenIds.of(ids.build().toArray())));
        }
        if (size > most) {
            throw value.invalid("'prompt' has %d prompts, at most %d are allowed".formatted(size, most));
        }
        return prompts;
    }

    private void element(int index, JsonField element) throws IOException {
        if (element.isText()) {
            expect(Kind.TEXTS, element);
            // Beyond the limit prompts are only counted.
            if (index < most) {
                prompts.add(Prompt.ofText(element.text()));
            }
        } else if (element.isNumber()) {
            expect(Kind.IDS, element);
            ids.add(element.tokenId());
        } else {
            expect(Kind.ID_LISTS, element);
            if (index < most) {
                prompts.add(new Prompt(null, some(element.tokenIds(), element)));
            }
        }
    }

    private static TokenIds some(TokenIds ids, JsonField element) {
        if (ids.isEmpty()) {
            throw element.invalid("'prompt' has an empty list of token ids, a prompt has at least one");
        }
        return ids;
    }

    private void expect(Kind here, JsonField element) {
        if (kind != null && kind != here) {
            throw element.invalid("'prompt' mixes texts, token ids and lists of token ids: all must be of one kind");
        }
        kind = here;
    }
}
