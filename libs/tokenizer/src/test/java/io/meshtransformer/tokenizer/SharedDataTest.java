package io.meshtransformer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole corpora give the ids of npm's gpt-3-encoder, told by hash; and GPT-2's published files are read alike. */
class SharedDataTest {
    private final Tokenizer gpt2 = Tokenizers.gpt2();

    @Test
    void tinyShakespeareHasItsIds() {
        var text = Golden.read(Golden.shared("data/text/tinyshakespeare/input.txt"));
        var cut = text.length() * 9 / 10;
        assertHash("text/tinyshakespeare/input.txt", Stream.of(text));
        assertHash("text/tinyshakespeare/input.txt#first90pct_chars", Stream.of(text.substring(0, cut)));
        assertHash("text/tinyshakespeare/input.txt#last10pct_chars", Stream.of(text.substring(cut)));
    }

    @Test
    void lambadaHasItsIds() {
        assertHash(
                "lambada_openai/lambada_test.jsonl#text",
                documents(
                        "data/lambada_openai/lambada_test.jsonl",
                        document -> Stream.of(document.get("text").textValue())));
    }

    @Test
    void winograndeHasItsIds() {
        assertHash(
                "winogrande/winogrande_xl_validation.jsonl#sentence",
                documents(
                        "data/winogrande/winogrande_xl_validation.jsonl",
                        document -> Stream.of(document.get("sentence").textValue())));
    }

    @Test
    void piqaHasItsIds() {
        assertHash(
                "piqa/piqa_validation_hf.jsonl#\"Question: goal\\nAnswer:\",\" sol1\",\" sol2\"",
                documents(
                        "data/piqa/piqa_validation_hf.jsonl",
                        document -> Stream.of(
                                "Question: " + document.get("goal").textValue() + "\nAnswer:",
                                " " + document.get("sol1").textValue(),
                                " " + document.get("sol2").textValue())));
    }

    @Test
    void publishedFilesGiveTheSameTokenizer(@TempDir Path directory) throws Exception {
        var published = Golden.shared("data/gpt2_tokenizer");
        var two = Files.createDirectory(directory.resolve("two"));
        Files.copy(published.resolve("encoder.json"), two.resolve("vocab.json"));
        Files.copy(published.resolve("vocab.bpe"), two.resolve("merges.txt"));
        for (var tokenizer : List.of(
                Tokenizer.load(published).orElseThrow(), Tokenizer.load(two).orElseThrow())) {
            assertThat(tokenizer.vocabularySize()).isEqualTo(50257);
            for (var id : IntStream.range(0, 50257).toArray()) {
                assertThat(tokenizer.bytes(id)).isEqualTo(gpt2.bytes(id));
            }
            for (var vector : Golden.json("odd_strings.json").get("vectors")) {
                assertThat(tokenizer.encode(vector.get("text").textValue()))
                        .isEqualTo(Golden.ids(vector.get("ids_allow_eot")));
            }
        }
    }

    private static Stream<String> documents(String path, Function<JsonNode, Stream<String>> texts) {
        return Golden.read(Golden.shared(path)).lines().map(Golden::parse).flatMap(texts);
    }

    private void assertHash(String name, Stream<String> texts) {
        var expected = Golden.parse(Golden.read(Golden.shared("data/reference/gpt2_token_hashes.json")))
                .get("files")
                .get(name);
        var ids = texts.map(gpt2::encodeOrdinary).flatMapToInt(Arrays::stream).toArray();
        assertThat(ids).hasSize(expected.get("tokens").intValue());
        var digest = sha256();
        for (var i = 0; i < ids.length; i++) {
            digest.update(((i == 0 ? "" : ",") + ids[i]).getBytes(StandardCharsets.US_ASCII));
        }
        assertThat(HexFormat.of().formatHex(digest.digest()))
                .isEqualTo(expected.get("sha256").textValue());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
