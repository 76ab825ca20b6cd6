package io.meshtransformer.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.contracts.FinishReason;
import io.meshtransformer.contracts.TokenDetail;
import io.meshtransformer.contracts.TokenDetail.Alternative;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CompletionWriterTest {
    private final CompletionWriter writer = new CompletionWriter(
            CompletionId.of(Instant.ofEpochSecond(7), UUID.randomUUID()),
            CompletionRequestReader.read(
                    "{\"model\":\"m\",\"prompt\":\"a\"}".getBytes(StandardCharsets.UTF_8), TestLimits.DEFAULT));

    @Test
    void theTokenItselfIsAmongTheLikeliestEvenWhereItIsNot() {
        assertThat(logprobs(new TokenDetail(1, "x", -4.5, List.of(new Alternative(2, "y", -0.5)))))
                .contains("\"top_logprobs\":[{\"y\":-0.5,\"x\":-4.5}]");
    }

    @Test
    void ofTwoTokensThatReadTheSameTheLikelierIsTold() {
        var top = List.of(new Alternative(2, "y", -0.5), new Alternative(3, "y", -1.5));

        assertThat(logprobs(new TokenDetail(3, "y", -1.5, top))).contains("\"top_logprobs\":[{\"y\":-0.5}]");
    }

    @Test
    void tokensWithoutATextAreNamedByTheirIds() {
        assertThat(logprobs(new TokenDetail(3, "", -1.5, List.of(new Alternative(9, "", -0.5)))))
                .contains("\"tokens\":[\"token_id:3\"]")
                .contains("\"top_logprobs\":[{\"token_id:9\":-0.5,\"token_id:3\":-1.5}]");
    }

    @Test
    void whatJsonCannotSayIsAVeryLowNumber() {
        assertThat(logprobs(new TokenDetail(3, "x", Double.NEGATIVE_INFINITY, null)))
                .contains("\"token_logprobs\":[-9999.0]");
    }

    @Test
    void quotesAndLineBreaksStayInsideOneLine() {
        var json = new String(
                writer.chunk(new Choice(0, "\"\n\r\u2028é🌍", null, FinishReason.STOP, null, null)),
                StandardCharsets.UTF_8);

        assertThat(json).doesNotContain("\n").doesNotContain("\r").contains("\"text\":\"\\\"\\n\\r\u2028é🌍\"");
    }

    private String logprobs(TokenDetail token) {
        var choice = new Choice(0, "", new Logprobs(List.of(token), List.of(0)), null, null, null);
        return new String(writer.chunk(choice), StandardCharsets.UTF_8);
    }
}
