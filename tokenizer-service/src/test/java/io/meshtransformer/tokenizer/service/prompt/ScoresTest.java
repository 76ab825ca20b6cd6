package io.meshtransformer.tokenizer.service.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.InferenceRequest;
import io.meshtransformer.contracts.Prompt;
import io.meshtransformer.contracts.PromptRequest;
import io.meshtransformer.contracts.TokenIds;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.serving.OfferedModel;
import io.meshtransformer.testkit.golden.SharedMaterial;
import io.meshtransformer.tokenizer.Tokenizer;
import io.meshtransformer.tokenizer.service.TestModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScoresTest {
    private static final TextLimits LIMITS = new TextLimits(1 << 20, 1 << 17, 1 << 20);

    private final PromptWork stories = new PromptWork(TestModels.stories(), LIMITS, Instant::now);
    private final PromptWork idsOnly = new PromptWork(TestModels.idsOnly(), LIMITS, Instant::now);

    @Test
    void pairsAreEncodedAsLmEvaluationHarnessDoes() {
        var pairs = TestModels.golden("pairs.json");
        assertThat(pairs).hasSizeGreaterThan(25);
        for (var pair : pairs) {
            var outcome = stories.outcome(score(
                    "stories",
                    Prompt.ofText(pair.get("context").textValue()),
                    Prompt.ofText(pair.get("continuation").textValue())));
            if (pair.get("continuation_ids").isEmpty()) {
                assertThat(outcome)
                        .isEqualTo(invalid(
                                "continuation 0 has no token of its own: it becomes one with the end of the context"));
            } else {
                assertThat(scored(outcome))
                        .as("pair %s", pair)
                        .isEqualTo(expected(pair.get("context_ids"), pair.get("continuation_ids")));
            }
        }
    }

    @Test
    void continuationsShareTheirContext() {
        var together = scored(stories.outcome(score(
                "stories",
                Prompt.ofText("The cat "),
                Prompt.ofText("sat."),
                Prompt.ofText("ran."),
                Prompt.ofText("\n"))));
        for (var i = 0; i < 3; i++) {
            var text = List.of("sat.", "ran.", "\n").get(i);
            var alone = scored(stories.outcome(score("stories", Prompt.ofText("The cat "), Prompt.ofText(text))));
            assertThat(alone.contextIds()).isEqualTo(together.contextIds());
            assertThat(alone.continuations())
                    .containsExactly(together.continuations().get(i));
        }
    }

    /** There the harness gives up; the white space is a continuation like any other. */
    @Test
    void aContextOfWhiteSpaceBelongsToTheContinuation() {
        var blank = scored(stories.outcome(score("stories", Prompt.ofText(" \n"), Prompt.ofText("x"))));
        assertThat(blank.contextIds()).isEqualTo(TokenIds.of(4095));
        assertThat(TestModels.stories()
                        .tokenizer()
                        .orElseThrow()
                        .decode(blank.continuations().getFirst().toArray()))
                .isEqualTo(" \nx");
    }

    @Test
    void idsAreTakenAsTheyAre() {
        var outcome = scored(idsOnly.outcome(score("ids", Prompt.ofIds(1, 2), Prompt.ofIds(3), Prompt.ofIds(4, 5))));
        assertThat(outcome.contextIds()).isEqualTo(TokenIds.of(1, 2));
        assertThat(outcome.continuations()).containsExactly(TokenIds.of(3), TokenIds.of(4, 5));
        var empty = scored(idsOnly.outcome(score("ids", Prompt.ofIds(), Prompt.ofIds(3))));
        assertThat(empty.contextIds()).isEqualTo(TokenIds.of(95));
    }

    @Test
    void theLastTokenNeedsNoPlaceInTheContext() {
        assertThat(scored(idsOnly.outcome(score("ids", Prompt.ofIds(new int[30]), Prompt.ofIds(1, 2, 3))))
                        .continuations())
                .hasSize(1);
        assertThat(idsOnly.outcome(score("ids", Prompt.ofIds(new int[30]), Prompt.ofIds(1), Prompt.ofIds(1, 2, 3, 4))))
                .isEqualTo(refused(
                        FailureCode.CONTEXT_LENGTH_EXCEEDED,
                        "the context's 30 tokens and the 4 of continuation 1 make 34; the model scores at most 33"));
    }

    @Test
    void whatMakesNoPairIsRefused() {
        assertThat(stories.outcome(score("stories", Prompt.ofText("a"), Prompt.ofText(" b"), Prompt.ofText(""))))
                .isEqualTo(invalid("continuation 1 is empty"));
        assertThat(idsOnly.outcome(score("ids", Prompt.ofIds(1), Prompt.ofIds())))
                .isEqualTo(invalid("continuation 0 is empty"));
        assertThat(stories.outcome(score("stories", Prompt.ofText("a"), Prompt.ofIds(1))))
                .isEqualTo(invalid("the context is a text and continuation 0 is token ids; all must be of one form"));
        assertThat(stories.outcome(score("stories", Prompt.ofText("a"), Prompt.ofText("b\uD83D"))))
                .isEqualTo(invalid("'continuations': the text has a lone surrogate, U+D83D, at index 1"));
        assertThat(idsOnly.outcome(score("ids", Prompt.ofIds(1), Prompt.ofIds(96))))
                .isEqualTo(invalid("'continuations' has the token id 96, the ids of 'ids' are 0 to 95"));
    }

    @Test
    void textsThatCannotFitAreNotEvenEncoded() {
        assertThat(stories.outcome(score("stories", Prompt.ofText("x".repeat(4_000)), Prompt.ofText("b"))))
                .isEqualTo(new Outcome.Answer(new AnswerEvent.Failed(
                        "r",
                        FailureCode.CONTEXT_LENGTH_EXCEEDED,
                        "'context' has 4000 bytes of text, at least 286 tokens; the model takes at most 256",
                        "context")));
        assertThat(stories.outcome(score("stories", Prompt.ofText("x"), Prompt.ofText("y".repeat(4_000)))))
                .isEqualTo(refused(
                        FailureCode.CONTEXT_LENGTH_EXCEEDED,
                        "'continuations' has 4001 bytes of text, at least 286 tokens; the model takes at most 257"));
    }

    @Test
    void aContextIsNotEncodedAnyNumberOfTimes() {
        var many = Collections.nCopies(2_000, Prompt.ofText(" yes")).toArray(Prompt[]::new);
        assertThat(stories.outcome(score("stories", Prompt.ofText("word ".repeat(110)), many)))
                .isEqualTo(invalid("2000 continuations, each with its context, are 1108000 bytes of text; "
                        + "at most 1048576 are taken at once"));
    }

    @Test
    void wholeTasksAreEncodedAsLmEvaluationHarnessDoes() throws IOException {
        var results = SharedMaterial.require("golden/lm_eval/results");
        var tokenizer = Tokenizer.load(SharedMaterial.require("data/gpt2_tokenizer"));
        var config = new GptjConfig(50400, 2048, 24, 2, 3, 4, 96, 1e-5f, 50256, 50256);
        var model = new OfferedModel("gpt2", Instant.EPOCH, config, tokenizer, Optional.empty());
        var work = new PromptWork(model, LIMITS, Instant::now);
        var direct = json(results.resolve("direct_loglikelihood.json")).get("requests");
        for (var request : direct) {
            assertPair(work, request.get("context"), request.get("context_ids"), request);
        }
        var pairs = direct.size();
        for (var task :
                List.of("arc_challenge", "arc_easy", "boolq", "hellaswag", "lambada_openai", "piqa", "winogrande")) {
            for (var document : json(results.resolve(task + ".json")).get("docs")) {
                for (var request : document.get("requests")) {
                    var context = request.get("context").intValue();
                    assertPair(
                            work,
                            document.get("contexts").get(context),
                            document.get("context_ids").get(context),
                            request);
                    pairs++;
                }
            }
        }
        assertThat(pairs).isGreaterThan(300);
    }

    private static void assertPair(PromptWork work, JsonNode context, JsonNode contextIds, JsonNode request) {
        var outcome = work.outcome(score(
                "gpt2",
                Prompt.ofText(context.textValue()),
                Prompt.ofText(request.get("continuation").textValue())));
        assertThat(scored(outcome).continuations())
                .containsExactly(TokenIds.of(TestModels.ids(request.get("continuation_ids"))));
        assertThat(scored(outcome).contextIds()).isEqualTo(TokenIds.of(TestModels.ids(contextIds)));
    }

    private static InferenceRequest.Score expected(JsonNode context, JsonNode continuation) {
        return new InferenceRequest.Score(
                "r",
                "stories",
                TokenIds.of(TestModels.ids(context)),
                List.of(TokenIds.of(TestModels.ids(continuation))),
                null);
    }

    private static PromptRequest score(String model, Prompt context, Prompt... continuations) {
        return new PromptRequest.Score("r", model, null, context, List.of(continuations), null);
    }

    private static InferenceRequest.Score scored(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Forward.class);
        return (InferenceRequest.Score) ((Outcome.Forward) outcome).request();
    }

    private static Outcome invalid(String message) {
        return refused(FailureCode.INVALID_REQUEST, message);
    }

    private static Outcome refused(FailureCode code, String message) {
        return new Outcome.Answer(new AnswerEvent.Failed("r", code, message, "continuations"));
    }

    private static JsonNode json(Path file) throws IOException {
        return new JsonMapper().readTree(Files.readAllBytes(file));
    }
}
