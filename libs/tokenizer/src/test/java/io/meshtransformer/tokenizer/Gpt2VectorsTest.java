package io.meshtransformer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** GPT-2's tokenizer gives the ids of tiktoken, Hugging Face's tokenizers, OpenAI's and npm's GPT-2 encoders. */
class Gpt2VectorsTest {
    private final Tokenizer gpt2 = Tokenizers.gpt2();

    @Test
    void oddStringsHaveTheIdsOfTiktoken() {
        var vectors = Golden.json("odd_strings.json").get("vectors");
        assertThat(vectors).hasSize(300);
        for (var vector : vectors) {
            var text = vector.get("text").textValue();
            assertThat(gpt2.encodeOrdinary(text))
                    .as("ordinary ids of %s", vector.get("name"))
                    .isEqualTo(Golden.ids(vector.get("ids_ordinary")));
            assertThat(gpt2.encode(text))
                    .as("ids of %s", vector.get("name"))
                    .isEqualTo(Golden.ids(vector.get("ids_allow_eot")));
        }
    }

    @Test
    void oddStringsComeBackWhole() {
        for (var vector : Golden.json("odd_strings.json").get("vectors")) {
            var text = vector.get("text").textValue();
            assertThat(gpt2.decode(Golden.ids(vector.get("ids_ordinary")))).isEqualTo(text);
            assertThat(gpt2.decode(Golden.ids(vector.get("ids_allow_eot")))).isEqualTo(text);
        }
    }

    /** Most are JTokkit's own (its CSV of 423 texts); the others come with tiktoken, gpt-3-encoder and transformers. */
    @Test
    void collectedVectorsHaveTheirIds() {
        var vectors = Golden.json("gpt2_vectors.json");
        assertThat(vectors).hasSize(450);
        for (var vector : vectors) {
            var text = vector.get("text").textValue();
            assertThat(vector.has("allowed_special") ? gpt2.encode(text) : gpt2.encodeOrdinary(text))
                    .as("ids of a vector of %s: %s", vector.get("src"), vector.get("text"))
                    .isEqualTo(Golden.ids(vector.get("ids")));
        }
    }

    @Test
    void meshTransformersCheckValueHolds() {
        assertThat(gpt2.encode("hello\n\nhello")).containsExactly(31373, 198, 198, 31373);
    }

    @Test
    void everyByteComesBack() {
        for (var value = 0; value < 256; value++) {
            assertThat(gpt2.bytes(value)).hasSize(1);
        }
        assertThat(gpt2.vocabularySize()).isEqualTo(50257);
    }
}
