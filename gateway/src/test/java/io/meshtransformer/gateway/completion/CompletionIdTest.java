package io.meshtransformer.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.gateway.completion.CompletionId.PromptRun;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CompletionIdTest {
    private static final Instant CREATED = Instant.parse("2026-11-24T10:15:30.123Z");
    private final CompletionId id = CompletionId.of(CREATED, UUID.randomUUID());

    @Test
    void anIdTellsWhenItWasMade() {
        assertThat(id.created()).isEqualTo(CREATED);
        assertThat(id.uuid().version()).isEqualTo(7);
        assertThat(id.uuid().variant()).isEqualTo(2);
    }

    @Test
    void anIdIsReadBackFromItsText() {
        assertThat(CompletionId.parse(id.toString())).contains(id);
        assertThat(CompletionId.parse("cmpl-" + UUID.randomUUID())).isEmpty();
        assertThat(CompletionId.parse(id + "-0")).isEmpty();
        assertThat(CompletionId.parse("")).isEmpty();
    }

    @Test
    void aRequestIdNamesItsPromptAndRun() {
        assertThat(id.requestId(3, 0)).isEqualTo(id + "-3");
        assertThat(id.promptRun(id + "-3")).contains(new PromptRun(3, 0));
        assertThat(id.promptRun(id.requestId(12, 2))).contains(new PromptRun(12, 2));
    }

    @Test
    void idsOfOthersAreNone() {
        var other = CompletionId.of(CREATED, UUID.randomUUID());
        for (var text : new String[] {
            other.requestId(0, 0), id.toString(), id + "-", id + "-x", id + "-1-", id + "-01", id + "--1"
        }) {
            assertThat(id.promptRun(text)).as(text).isEmpty();
        }
    }

    @Test
    void aSeedFollowsFromTheIdAndDiffersFromPromptToPrompt() {
        var same = CompletionId.parse(id.toString()).orElseThrow();

        assertThat(same.seed(5)).isEqualTo(id.seed(5));
        assertThat(IntStream.range(0, 1000).mapToLong(id::seed).distinct().count())
                .isEqualTo(1000);
    }
}
