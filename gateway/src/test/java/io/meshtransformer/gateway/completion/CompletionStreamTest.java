package io.meshtransformer.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.FinishReason;
import io.meshtransformer.contracts.TokenDetail;
import io.meshtransformer.contracts.Usage;
import io.meshtransformer.gateway.completion.CompletionId.PromptRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CompletionStreamTest {
    private static final PromptRun FIRST = new PromptRun(0, 0);
    private static final PromptRun SECOND = new PromptRun(1, 0);
    private static final PromptRun FIRST_AGAIN = new PromptRun(0, 1);

    @Test
    void eventsBecomeStepsInOrder() {
        var stream = new CompletionStream(1, 1);

        assertThat(stream.accept(FIRST, token(0, 0, "a"))).contains(new CompletionStep.Token(0, 0, 100, "a", null));
        assertThat(stream.accept(FIRST, token(0, 1, ""))).contains(new CompletionStep.Token(0, 0, 101, "", null));
        assertThat(stream.accept(FIRST, finished(0, 2)))
                .contains(new CompletionStep.Finished(0, 0, 2, "", FinishReason.LENGTH, -2));
        assertThat(stream.ended()).isFalse();
        assertThat(stream.accept(FIRST, completed(5, 2))).contains(new CompletionStep.Completed(new Usage(5, 2)));
        assertThat(stream.ended()).isTrue();
    }

    @Test
    void theRequestIsCompleteWhenEveryPromptIsAndCountsAreSummed() {
        var stream = new CompletionStream(2, 1);

        stream.accept(SECOND, finished(0, 0));
        assertThat(stream.accept(SECOND, completed(3, 0))).isEmpty();
        assertThat(stream.running()).containsExactly(FIRST);
        stream.accept(FIRST, finished(0, 0));
        assertThat(stream.accept(FIRST, completed(4, 7))).contains(new CompletionStep.Completed(new Usage(7, 7)));
        assertThat(stream.running()).isEmpty();
    }

    @Test
    void eventsThatComeAgainAfterAWorkersDeathAreDropped() {
        var stream = new CompletionStream(1, 2);
        var firstWorker = List.of(token(0, 0, "a"), token(1, 0, "x"), token(0, 1, "b"));
        var secondWorker = List.of(
                token(0, 0, "a"),
                token(1, 0, "x"),
                token(0, 1, "b"),
                token(1, 1, "y"),
                finished(0, 2),
                token(1, 2, "z"),
                finished(1, 3),
                completed(1, 5));

        firstWorker.forEach(event -> assertThat(stream.accept(FIRST, event)).isPresent());
        var steps = secondWorker.stream()
                .flatMap(event -> stream.accept(FIRST, event).stream())
                .toList();

        assertThat(steps)
                .containsExactly(
                        new CompletionStep.Token(0, 1, 101, "y", null),
                        new CompletionStep.Finished(0, 0, 2, "", FinishReason.LENGTH, -2),
                        new CompletionStep.Token(0, 1, 102, "z", null),
                        new CompletionStep.Finished(0, 1, 3, "", FinishReason.LENGTH, -2),
                        new CompletionStep.Completed(new Usage(1, 5)));
    }

    @Test
    void aRerunThatCutsTheEchoDifferentlyAddsOnlyWhatIsNew() {
        var random = new Random(7);
        for (int trial = 0; trial < 200; trial++) {
            var texts = IntStream.range(0, 12)
                    .mapToObj(i -> "t%d ".formatted(i).repeat(random.nextInt(3)))
                    .toList();
            var stream = new CompletionStream(1, 1);
            var tokens = new ArrayList<TokenDetail>();
            var text = new StringBuilder();

            var firstRun = cut(texts, random);
            var events = new ArrayList<>(firstRun.subList(0, random.nextInt(firstRun.size() + 1)));
            events.addAll(cut(texts, random));
            for (var event : events) {
                stream.accept(FIRST, event).ifPresent(step -> {
                    var echoed = (CompletionStep.Echoed) step;
                    tokens.addAll(echoed.tokens());
                    text.append(echoed.text());
                });
            }

            assertThat(tokens)
                    .extracting(TokenDetail::id)
                    .isEqualTo(IntStream.range(0, 12).boxed().toList());
            assertThat(text).hasToString(String.join("", texts));
        }
    }

    @Test
    void aHoleFailsTheRequest() {
        assertLost(stream(), token(0, 1, "b"));
        assertLost(stream(), finished(0, 1));
        assertLost(stream(), completed(1, 1));
        assertLost(stream(), new AnswerEvent.PromptEchoed("r", 3, List.of(detail(3)), "x"));
    }

    @Test
    void anEventOfAChoiceNobodyAskedForFailsTheRequest() {
        assertLost(stream(), token(1, 0, "b"));
        assertLost(stream(), token(-1, 0, "b"));
        assertLost(stream(), finished(1, 0));
        assertLost(stream(), new AnswerEvent.Detokenized("r", "text"));
    }

    @Test
    void aFailureEndsTheRequestAndNothingFollows() {
        var stream = new CompletionStream(2, 1);

        var step = stream.accept(SECOND, failed(FailureCode.OVERLOADED));

        assertThat(step).contains(new CompletionStep.Failed(FailureCode.OVERLOADED, "sentence", "field"));
        assertThat(stream.ended()).isTrue();
        assertThat(stream.running()).containsExactly(FIRST);
        assertThat(stream.accept(FIRST, token(0, 0, "a"))).isEmpty();
    }

    @Test
    void aCancelledPromptRunsAgainUnderTheNextNumberAndGoesOnWhereItWas() {
        var stream = stream();
        stream.accept(FIRST, token(0, 0, "a"));

        assertThat(stream.accept(FIRST, failed(FailureCode.CANCELLED))).contains(new CompletionStep.Cancelled(0));
        assertThat(stream.ended()).isFalse();
        assertThat(stream.cancelled()).containsExactly(0);
        assertThat(stream.running()).isEmpty();
        assertThat(stream.runAgain(0)).isEqualTo(FIRST_AGAIN);
        assertThat(stream.cancelled()).isEmpty();
        assertThat(stream.running()).containsExactly(FIRST_AGAIN);

        assertThat(stream.accept(FIRST_AGAIN, token(0, 0, "a"))).isEmpty();
        assertThat(stream.accept(FIRST_AGAIN, token(0, 1, "b")))
                .contains(new CompletionStep.Token(0, 0, 101, "b", null));
    }

    @Test
    void aLateFailureOfAnEarlierRunIsDropped() {
        var stream = stream();
        stream.accept(FIRST, failed(FailureCode.CANCELLED));
        stream.accept(FIRST_AGAIN, token(0, 0, "a"));

        assertThat(stream.accept(FIRST, failed(FailureCode.CANCELLED))).isEmpty();
        assertThat(stream.accept(FIRST, failed(FailureCode.DEADLINE_EXCEEDED))).isEmpty();
        assertThat(stream.cancelled()).isEmpty();
    }

    @Test
    void aPromptThatWasDoneBeforeItsCancellationArrivedIsNotRunAgain() {
        var stream = new CompletionStream(2, 1);
        stream.accept(FIRST, finished(0, 0));
        stream.accept(FIRST, completed(1, 0));

        assertThat(stream.accept(FIRST, failed(FailureCode.CANCELLED))).isEmpty();
        assertThat(stream.cancelled()).isEmpty();
    }

    private static CompletionStream stream() {
        return new CompletionStream(1, 1);
    }

    private static void assertLost(CompletionStream stream, AnswerEvent event) {
        var step = stream.accept(FIRST, event);
        assertThat(step).get().isInstanceOfSatisfying(CompletionStep.Failed.class, failed -> {
            assertThat(failed.code()).isEqualTo(FailureCode.INTERNAL_ERROR);
            assertThat(failed.message()).contains("lost on its way");
        });
        assertThat(stream.ended()).isTrue();
    }

    /** The echo of a prompt whose tokens have these texts, in events of random length. */
    private static List<AnswerEvent> cut(List<String> texts, Random random) {
        var events = new ArrayList<AnswerEvent>();
        for (int from = 0; from < texts.size(); ) {
            int to = from + 1 + random.nextInt(texts.size() - from);
            events.add(new AnswerEvent.PromptEchoed(
                    "r",
                    from,
                    IntStream.range(from, to)
                            .mapToObj(CompletionStreamTest::detail)
                            .toList(),
                    texts.subList(from, to).stream().collect(Collectors.joining())));
            from = to;
        }
        return events;
    }

    private static TokenDetail detail(int id) {
        return new TokenDetail(id, "token", null, null);
    }

    private static AnswerEvent token(int choice, int index, String text) {
        return new AnswerEvent.TokenGenerated("r", choice, index, 100 + index, text, null);
    }

    private static AnswerEvent finished(int choice, int tokens) {
        return new AnswerEvent.ChoiceFinished("r", choice, tokens, "", FinishReason.LENGTH, -2);
    }

    private static AnswerEvent completed(int promptTokens, int completionTokens) {
        return new AnswerEvent.GenerationCompleted("r", new Usage(promptTokens, completionTokens));
    }

    private static AnswerEvent failed(FailureCode code) {
        return new AnswerEvent.Failed("r", code, "sentence", "field");
    }
}
