package io.meshtransformer.evaluation.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshtransformer.evaluation.request.ModelRequest;
import io.meshtransformer.evaluation.text.PythonText;
import io.meshtransformer.testkit.golden.SharedMaterial;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids equal those that lm-evaluation-harness 0.4.13 makes of single texts. */
class EncodingParityTest {
    @Test
    void splitsContextsAndContinuations() throws IOException, UnaskableException {
        var encoding = encoding(2048);
        var requests = results("direct_loglikelihood").get("requests");
        assertThat(requests).hasSizeGreaterThan(10);
        for (var golden : requests) {
            var asked = encoding.score(
                    golden.get("context").textValue(),
                    List.of(golden.get("continuation").textValue()));
            assertThat(ids(asked)).as("%s", golden).isEqualTo(List.of(ids(golden)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 2048})
    void rollsOverTexts(int contextLength) throws IOException {
        var texts = results("rolling_" + contextLength).get("texts");
        assertThat(texts.size()).isGreaterThan(1);
        for (var golden : texts) {
            var text = golden.get("text").textValue();
            var windows = new ArrayList<List<List<Integer>>>();
            golden.get("windows").forEach(window -> windows.add(ids(window)));
            assertThat(ids(encoding(contextLength).rolling(text))).isEqualTo(windows);
            assertThat(text.getBytes(StandardCharsets.UTF_8))
                    .hasSize(golden.get("utf8_bytes").intValue());
            assertThat(PythonText.words(text))
                    .hasSize(golden.get("words_python_split").intValue());
        }
    }

    @Test
    void promptsForTexts() throws IOException, UnaskableException {
        for (var golden : results("generate_until").get("cases")) {
            var asked = (ModelRequest.Generate)
                    encoding(2048).generate(golden.get("prompt").textValue(), 24, List.of("\n"));
            assertThat(list(asked.contextIds())).isEqualTo(list(golden.get("prompt_ids")));
        }
    }

    /** On these the harness stops with an assertion. */
    @Test
    void asksWhatTheHarnessCannot() throws UnaskableException {
        var tooLong = (ModelRequest.Score) encoding(4)
                .score("one", List.of(" two three four five six seven"))
                .getFirst();
        var ids = Gpt2.tokenizer().encode(" two three four five six seven");
        assertThat(ids).hasSize(6);
        assertThat(tooLong.contextIds()).containsExactly(ids[1]);
        assertThat(tooLong.continuationIds().getFirst()).containsExactly(ids[2], ids[3], ids[4], ids[5]);

        var blank = (ModelRequest.Score) encoding(4).score(" \n", List.of("x")).getFirst();
        assertThat(blank.contextIds()).containsExactly(50256);
        assertThat(blank.continuationIds().getFirst())
                .isEqualTo(Gpt2.tokenizer().encode(" \nx"));

        assertThatThrownBy(() -> encoding(4).score("one", List.of(""))).hasMessageContaining("no id of its own");
        assertThatThrownBy(() -> encoding(4).score("", List.of("<|endoftext|>")))
                .hasMessageContaining("has no ids");
    }

    private static Encoding encoding(int contextLength) {
        return Encoding.of(Protocol.HARNESS, new ReadingModel(Gpt2.tokenizer(), contextLength, 50256));
    }

    private static JsonNode results(String name) throws IOException {
        return new JsonMapper()
                .readTree(SharedMaterial.require("golden/lm_eval/results/" + name + ".json")
                        .toFile());
    }

    private static List<List<List<Integer>>> ids(List<ModelRequest> requests) {
        return requests.stream()
                .map(request -> (ModelRequest.Score) request)
                .map(score -> List.of(
                        list(score.contextIds()), list(score.continuationIds().getFirst())))
                .toList();
    }

    private static List<List<Integer>> ids(JsonNode golden) {
        return List.of(list(golden.get("context_ids")), list(golden.get("continuation_ids")));
    }

    private static List<Integer> list(int[] ids) {
        return Arrays.stream(ids).boxed().toList();
    }

    private static List<Integer> list(JsonNode ids) {
        var list = new ArrayList<Integer>();
        ids.forEach(id -> list.add(id.intValue()));
        return list;
    }
}
