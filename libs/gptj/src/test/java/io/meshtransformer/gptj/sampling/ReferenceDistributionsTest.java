package io.meshtransformer.gptj.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Distributions made with the logits processors of transformers 5.23, and with mesh-transformer-jax's own filter. */
class ReferenceDistributionsTest {
    private static final double TOLERANCE = 1e-6;

    private static final JsonNode GOLDEN = golden();

    private static JsonNode golden() {
        try (var stream = ReferenceDistributionsTest.class.getResourceAsStream("golden.json")) {
            return new JsonMapper().readTree(stream);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void thereAre413CasesAnd30OfMeshTransformer() {
        assertThat(GOLDEN.get("cases")).hasSize(413);
        assertThat(GOLDEN.get("mtj_cases")).hasSize(30);
    }

    static Stream<Named<JsonNode>> cases() {
        return stream(GOLDEN.get("cases"))
                .map(json -> Named.of(json.get("logits").textValue() + " " + json.get("processors"), json));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void processorsKeepTheTokensAndProbabilitiesOfTheReference(JsonNode json) {
        var row = row(json);
        var ids = integers(json.get("history"));
        // The reference counts over its whole history, so there is no prompt.
        var history = new TokenHistory(ids, 0, ids.length);
        var processors = stream(json.get("processors"))
                .map(ReferenceDistributionsTest::processor)
                .toList();
        var probabilities = new Sampler(row.size(), row.size()).probabilities(row, processors, history);
        var candidates = new Candidates(row.size());
        candidates.load(row.values(), row.offset());
        processors.forEach(processor -> processor.apply(candidates, history));

        var kept = IntStream.range(0, row.size())
                .filter(id -> candidates.place(id) >= 0)
                .toArray();
        var expectedKept =
                json.get("kept").isTextual() ? IntStream.range(0, row.size()).toArray() : integers(json.get("kept"));
        if (json.get("tie_at_cut").booleanValue()) {
            // Which of the equal tokens stay is not defined, only how many.
            assertThat(kept).hasSameSizeAs(expectedKept);
            assertThat(IntStream.of(kept).mapToDouble(id -> probabilities[id]).sorted())
                    .usingElementComparator(ReferenceDistributionsTest::compareWithTolerance)
                    .containsExactlyElementsOf(
                            doubles(json.get("probs")).sorted().boxed().toList());
        } else {
            assertThat(kept).isEqualTo(expectedKept);
            var expected = doubles(json.get("probs")).toArray();
            for (var i = 0; i < kept.length; i++) {
                assertThat(probabilities[kept[i]]).as("token %d", kept[i]).isCloseTo(expected[i], within(TOLERANCE));
            }
            assertThat(candidates.id(LogSoftmax.of(candidates.logits(), 0, candidates.count())
                            .argmax()))
                    .isEqualTo(json.get("argmax").intValue());
        }
    }

    static Stream<Named<JsonNode>> casesWithLogits() {
        return cases().filter(
                        named -> named.getPayload().get("processed_logits").isArray())
                .filter(named -> !named.getPayload().get("tie_at_cut").booleanValue());
    }

    @ParameterizedTest
    @MethodSource("casesWithLogits")
    void processedLogitsAreThoseOfTheReference(JsonNode json) {
        var row = row(json);
        var ids = integers(json.get("history"));
        var candidates = new Candidates(row.size());
        candidates.load(row.values(), row.offset());
        stream(json.get("processors"))
                .map(ReferenceDistributionsTest::processor)
                .forEach(processor -> processor.apply(candidates, new TokenHistory(ids, 0, ids.length)));
        for (var id = 0; id < row.size(); id++) {
            var expected = json.get("processed_logits").get(id);
            var place = candidates.place(id);
            // Adding 0 makes negative zero zero.
            assertThat(place < 0 ? null : candidates.logits()[place] + 0f)
                    .as("token %d", id)
                    .isEqualTo(expected.isNull() ? null : expected.floatValue() + 0f);
        }
    }

    static Stream<Named<JsonNode>> meshTransformerCases() {
        return stream(GOLDEN.get("mtj_cases"))
                .map(json -> Named.of(
                        "%s top_p %s temp %s top_k %s"
                                .formatted(
                                        json.get("logits").textValue(),
                                        json.get("top_p"),
                                        json.get("temp"),
                                        json.get("top_k")),
                        json));
    }

    @ParameterizedTest
    @MethodSource("meshTransformerCases")
    void meshTransformersFilterKeepsItsQuirk(JsonNode json) {
        var row = row(json);
        var filter = new MeshTransformerFilter(
                json.get("top_p").doubleValue(),
                json.get("temp").doubleValue(),
                json.get("top_k").isNull()
                        ? Integer.MAX_VALUE
                        : json.get("top_k").intValue());
        var probabilities =
                new Sampler(row.size(), row.size()).probabilities(row, List.of(filter), TokenHistory.empty());
        assertThat(IntStream.range(0, row.size()).filter(id -> probabilities[id] > 0))
                .containsExactlyElementsOf(
                        IntStream.of(integers(json.get("kept"))).boxed().toList());
        var expected = doubles(json.get("probs")).toArray();
        for (var id = 0; id < row.size(); id++) {
            assertThat(probabilities[id]).as("token %d", id).isCloseTo(expected[id], within(TOLERANCE));
        }
    }

    private static LogitProcessor processor(JsonNode json) {
        var value = json.get(1);
        return switch (json.get(0).textValue()) {
            case "temperature" -> new Temperature(value.doubleValue());
            case "top_k" -> new TopK(value.intValue());
            case "top_p" -> new TopP(value.doubleValue());
            case "min_p" -> new MinP(value.doubleValue());
            case "typical_p" -> new TypicalP(value.doubleValue());
            case "epsilon_cutoff" -> new EpsilonCutoff(value.doubleValue());
            case "no_repeat_ngram_size" -> new NoRepeatNgram(value.intValue());
            case "repetition_penalty" -> new RepetitionPenalty(value.doubleValue());
            case "openai_penalties" ->
                new OccurrencePenalties(
                        value.get("presence").doubleValue(),
                        value.get("frequency").doubleValue());
            case "logit_bias" -> {
                var biases = new HashMap<Integer, Double>();
                value.properties()
                        .forEach(bias -> biases.put(
                                Integer.valueOf(bias.getKey()), bias.getValue().doubleValue()));
                yield new LogitBias(biases);
            }
            default -> throw new AssertionError("no processor is known for " + json);
        };
    }

    private static LogSoftmax row(JsonNode json) {
        var list = GOLDEN.get("logits").get(json.get("logits").textValue());
        var logits = new float[list.size()];
        for (var i = 0; i < logits.length; i++) {
            logits[i] = list.get(i).floatValue();
        }
        return LogSoftmax.of(logits, 0, logits.length);
    }

    private static int compareWithTolerance(Double one, Double other) {
        return Math.abs(one - other) <= TOLERANCE ? 0 : Double.compare(one, other);
    }

    private static int[] integers(JsonNode list) {
        return stream(list).mapToInt(JsonNode::intValue).toArray();
    }

    private static DoubleStream doubles(JsonNode list) {
        return stream(list).mapToDouble(JsonNode::doubleValue);
    }

    private static Stream<JsonNode> stream(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }
}
