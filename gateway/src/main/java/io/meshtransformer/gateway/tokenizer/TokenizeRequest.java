package io.meshtransformer.gateway.tokenizer;

import io.meshtransformer.gateway.json.JsonBody;
import io.meshtransformer.gateway.json.JsonField;
import java.io.IOException;

/**
 * A valid body of {@code POST /tokenize}.
 *
 * @param model null for the only model
 */
record TokenizeRequest(String model, String prompt, boolean addSpecialTokens) {
    static TokenizeRequest read(byte[] body) {
        var reader = new Reader();
        JsonBody.read(body, reader::field);
        JsonBody.require(reader.prompt, "prompt");
        return new TokenizeRequest(reader.model, reader.prompt, reader.addSpecialTokens);
    }

    private static final class Reader {
        private String model;
        private String prompt;
        private boolean addSpecialTokens = true;

        private void field(String name, JsonField value) throws IOException {
            switch (name) {
                case "model" -> model = value.text();
                case "prompt" -> prompt = value.text();
                case "add_special_tokens" -> addSpecialTokens = value.flag();
                default -> {
                    // Ignored, as in completions.
                }
            }
        }
    }
}
