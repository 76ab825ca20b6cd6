package io.meshtransformer.evaluation.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshtransformer.evaluation.request.ModelRequest;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The vectors are of a program of a few lines around ftfy and tokenizers, {@code src/test/golden/make_mtj_requests.py}. */
class Mtj2021EncodingTest {
    @Test
    void asksAsMeshTransformerJaxDid() throws IOException, UnaskableException {
        var requests = golden();
        assertThat(requests.size()).isEqualTo(40);
        for (var golden : requests) {
            var asked = (ModelRequest.Score) encoding(golden.get("length").intValue())
                    .score(
                            golden.get("context").textValue(),
                            List.of(golden.get("continuation").textValue()))
                    .getFirst();
            assertThat(asked.contextIds()).as("%s", golden).isEqualTo(ids(golden.get("context_ids")));
            assertThat(asked.continuationIds().getFirst()).isEqualTo(ids(golden.get("continuation_ids")));
        }
    }

    @Test
    void cutsEachContinuationsContextToItsOwnLength() throws UnaskableException {
        var context = "one two three four five six seven eight nine ten";
        var requests = encoding(12).score(context, List.of(" a", " a b c"));
        assertThat(requests).hasSize(2).allSatisfy(request -> {
            var score = (ModelRequest.Score) request;
            assertThat(score.continuationIds()).hasSize(1);
            assertThat(score.contextIds().length + score.continuationIds().getFirst().length)
                    .isLessThanOrEqualTo(12);
        });
        assertThat(encoding(2048).score(context, List.of(" a", " a b c"))).hasSize(1);
    }

    @Test
    void foretellsEachIdOfALongTextOnce() {
        var text = "So it goes. ".repeat(30);
        var windows = encoding(20).rolling(text);
        var foretold = windows.stream()
                .map(window -> (ModelRequest.Score) window)
                .flatMapToInt(window -> Arrays.stream(window.continuationIds().getFirst()))
                .toArray();
        assertThat(foretold).isEqualTo(Gpt2.tokenizer().encode(text));
        assertThat(windows).allSatisfy(window -> {
            var score = (ModelRequest.Score) window;
            assertThat(score.contextIds().length + score.continuationIds().getFirst().length)
                    .isLessThanOrEqualTo(20);
        });
    }

    private static Encoding encoding(int contextLength) {
        return Encoding.of(Protocol.MTJ_2021, new ReadingModel(Gpt2.tokenizer(), contextLength, 50256));
    }

    private static int[] ids(JsonNode ids) {
        return IntStream.range(0, ids.size()).map(i -> ids.get(i).intValue()).toArray();
    }

    private static JsonNode golden() throws IOException {
        try (var in = Mtj2021EncodingTest.class.getResourceAsStream("/protocol/mtj-2021.json")) {
            return new JsonMapper().readTree(in);
        }
    }
}
