package io.meshtransformer.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.GenerationOptions;
import io.meshtransformer.contracts.InferenceRequest;
import io.meshtransformer.contracts.Sampling;
import io.meshtransformer.contracts.TokenIds;
import io.meshtransformer.gptj.Checkpoint;
import io.meshtransformer.gptj.engine.InferenceEngine;
import io.meshtransformer.gptj.engine.LoadProgress;
import io.meshtransformer.inference.engine.DeviceSettings;
import io.meshtransformer.inference.engine.EngineFactories;
import io.meshtransformer.inference.engine.EngineSettings;
import io.meshtransformer.inference.engine.XlaPlugin;
import io.meshtransformer.inference.generation.SamplerChoices;
import io.meshtransformer.inference.scheduler.SchedulerOptions;
import io.meshtransformer.inference.scheduler.Submission;
import io.meshtransformer.inference.text.IdsOnly;
import io.meshtransformer.testkit.golden.GoldenModel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The scheduler over each engine, on the reference models. */
class GoldenModelsTest {

    static final List<String> MODELS = GoldenModel.NAMES;
    static final List<String> ENGINES = List.of("vector", "xla");
    private static final double SUM_TOLERANCE = 1e-3;
    private static final SchedulerOptions OPTIONS = new SchedulerOptions(48, 1000, 1000, Duration.ofSeconds(1), 0, 1);

    static Stream<Arguments> modelsAndEngines() {
        return MODELS.stream().flatMap(model -> ENGINES.stream().map(engine -> Arguments.of(model, engine)));
    }

    @ParameterizedTest
    @MethodSource("modelsAndEngines")
    void greedyTokensAndScoresAreTheReferences(String name, String kind) throws IOException {
        var model = GoldenModel.read(name);
        try (var engine = load(model, kind)) {
            var harness = harness(engine);
            var generations = model.greedy().stream()
                    .map(greedy -> harness.greedy(greedy.promptIds(), greedy.continuationIds().length))
                    .toList();
            var scores = model.scores().stream()
                    .map(score -> harness.score(score.contextIds(), score.continuationIds()))
                    .toList();
            harness.finish();

            for (int i = 0; i < generations.size(); i++) {
                assertThat(harness.tokens(generations.get(i), 0))
                        .containsExactlyElementsOf(boxed(model.greedy().get(i).continuationIds()));
            }
            for (int i = 0; i < scores.size(); i++) {
                var expected = model.scores().get(i);
                var score = ((AnswerEvent.ScoreCompleted) harness.last(scores.get(i)))
                        .scores()
                        .getFirst();
                assertThat(score.logprob()).isCloseTo(expected.sumLogprob(), within(SUM_TOLERANCE));
                assertThat(score.greedy()).isEqualTo(expected.isGreedy());
            }
        }
    }

    @ParameterizedTest
    @FieldSource("ENGINES")
    void sixtyFourMixedRequestsAtOnceGetBitForBitWhatEachGetsAlone(String kind) throws IOException {
        var model = GoldenModel.read("b-v512-d128-l3-h8");
        var random = new Random(64);
        var requests = IntStream.range(0, 64)
                .mapToObj(i -> request(random, "r" + i, model))
                .toList();
        try (var engine = load(model, kind)) {
            var together = harness(engine);
            var submissions = new ArrayList<Submission>();
            for (var request : requests) {
                submissions.add(together.submit(request));
                if (random.nextInt(3) == 0) {
                    together.step();
                }
            }
            together.finish();

            for (int i = 0; i < requests.size(); i++) {
                var alone = harness(engine);
                var submission = alone.submit(requests.get(i));
                alone.finish();
                assertThat(Answers.of(together.events.get(submissions.get(i))))
                        .isEqualTo(Answers.of(alone.events.get(submission)));
            }
        }
    }

    private static InferenceRequest request(Random random, String id, GoldenModel model) {
        var vocabulary = model.config().vocabularySize();
        var prompt =
                TokenIds.of(random.ints(1 + random.nextInt(150), 0, vocabulary).toArray());
        if (random.nextInt(4) == 0) {
            var continuations = IntStream.range(0, 1 + random.nextInt(6))
                    .mapToObj(_ -> TokenIds.of(
                            random.ints(1 + random.nextInt(12), 0, vocabulary).toArray()))
                    .toList();
            return new InferenceRequest.Score(id, Harness.MODEL, prompt, continuations, null);
        }
        var options = new GenerationOptions(
                1 + random.nextInt(40),
                1 + random.nextInt(3),
                random.nextBoolean() ? Sampling.greedy() : Sampling.seeded(0.9, random.nextLong()),
                List.of(),
                random.nextBoolean() ? 3 : null,
                random.nextInt(3) == 0,
                true);
        return new InferenceRequest.Generate(id, Harness.MODEL, prompt, options, null);
    }

    private static InferenceEngine load(GoldenModel model, String kind) throws IOException {
        if (kind.equals("xla")) {
            XlaPlugin.require();
        }
        var settings = new EngineSettings(
                Optional.of("fp32"),
                OptionalInt.of(16),
                OptionalInt.of(16 * model.config().contextLength()),
                OptionalInt.empty(),
                OPTIONS.prefillTokens(),
                new DeviceSettings("cpu", 1, 1, Optional.of(XlaPlugin.PROGRAMS)));
        try (var checkpoint = Checkpoint.open(model.directory())) {
            return EngineFactories.named(kind).load(checkpoint, settings, LoadProgress.SILENT);
        }
    }

    private static Harness harness(InferenceEngine engine) {
        var vocabulary = engine.config().vocabularySize();
        return new Harness(engine, OPTIONS, new IdsOnly(vocabulary), new SamplerChoices(vocabulary, vocabulary));
    }

    private static List<Integer> boxed(int[] ids) {
        return Arrays.stream(ids).boxed().toList();
    }
}
