package io.meshtransformer.gateway.tokenizer;

import io.meshtransformer.contracts.TokenIds;
import io.meshtransformer.gateway.json.JsonBody;
import io.meshtransformer.gateway.json.JsonField;
import java.io.IOException;

/**
 * A valid body of {@code POST /detokenize}.
 *
 * @param model null for the only model
 */
record DetokenizeRequest(String model, TokenIds tokens) {
    static DetokenizeRequest read(byte[] body) {
        var reader = new Reader();
        JsonBody.read(body, reader::field);
        JsonBody.require(reader.tokens, "tokens");
        return new DetokenizeRequest(reader.model, reader.tokens);
    }

    private static final class Reader {
        private String model;
        private TokenIds tokens;

        private void field(String name, JsonField value) throws IOException {
            switch (name) {
                case "model" -> model = value.text();
                case "tokens" -> tokens = value.tokenIds();
                default -> {
                    // Ignored, as in completions.
                }
            }
        }
    }
}
