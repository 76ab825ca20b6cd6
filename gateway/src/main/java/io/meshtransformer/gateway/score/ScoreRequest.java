package io.meshtransformer.gateway.score;

import io.meshtransformer.contracts.Prompt;
import io.meshtransformer.gateway.GatewayConfiguration.Limits;
import io.meshtransformer.gateway.error.ApiException;
import io.meshtransformer.gateway.json.JsonBody;
import io.meshtransformer.gateway.json.JsonField;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A valid body of {@code POST /v1/score}: all texts, or all token ids. */
record ScoreRequest(String model, Prompt context, List<Prompt> continuations) {
    ScoreRequest {
        continuations = List.copyOf(continuations);
    }

    /** @throws ApiException naming the field at fault */
    static ScoreRequest read(byte[] body, Limits limits) {
        var reader = new Reader(limits.continuations());
        JsonBody.read(body, reader::field);
        return reader.request();
    }

    private static final class Reader {
        private final int most;
        private String model;
        private Prompt context;
        private List<Prompt> continuations;

        private Reader(int most) {
            this.most = most;
        }

        private void field(String name, JsonField value) throws IOException {
            switch (name) {
                case "model" -> model = value.text();
                case "context" -> context = textOrIds(value);
                case "continuations" -> continuations = continuations(value);
                default -> {
                    // Ignored, as in completions.
                }
            }
        }

        private List<Prompt> continuations(JsonField value) throws IOException {
            var read = new ArrayList<Prompt>();
            int size = value.elements((index, element) -> {
                // Beyond the limit they are only counted.
                if (index < most) {
                    var continuation = textOrIds(element);
                    if (isEmpty(continuation)) {
                        throw element.invalid("'continuations' has an empty one, of which there is nothing to score");
                    }
                    read.add(continuation);
                }
            });
            if (size == 0) {
                throw value.invalid("'continuations' is an empty list");
            }
            if (size > most) {
                throw value.invalid(
                        "'continuations' has %d continuations, at most %d are allowed".formatted(size, most));
            }
            return read;
        }

        private static Prompt textOrIds(JsonField value) throws IOException {
            if (value.isText()) {
                return Prompt.ofText(value.text());
            }
            if (value.isList()) {
                return new Prompt(null, value.tokenIds());
            }
            throw value.wrongType("a text or a list of token ids");
        }

        private ScoreRequest request() {
            JsonBody.require(model, "model");
            JsonBody.require(context, "context");
            JsonBody.require(continuations, "continuations");
            var isText = context.text() != null;
            if (continuations.stream().anyMatch(each -> (each.text() != null) != isText)) {
                throw ApiException.invalid(
                        "continuations", "'context' and 'continuations' must be all texts or all lists of token ids");
            }
            if (!isText && isEmpty(context)) {
                throw ApiException.invalid("context", "'context' is an empty list, it must have at least one token id");
            }
            return new ScoreRequest(model, context, continuations);
        }

        private static boolean isEmpty(Prompt prompt) {
            return prompt.text() != null
                    ? prompt.text().isEmpty()
                    : prompt.ids().isEmpty();
        }
    }
}
