package io.meshtransformer.evaluation.random;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshtransformer.testkit.golden.SharedMaterial;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PythonRandomTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Stream<Vectors> vectors() throws IOException {
        try (var in = PythonRandomTest.class.getResourceAsStream("/random/cpython-3.11.json")) {
            return Stream.of(JSON.readValue(in, Vectors[].class));
        }
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void everyNumberIsCpythons(Vectors expected) throws Exception {
        var random = new PythonRandom(expected.seed());
        assertThat(expected.random())
                .allSatisfy(value -> assertThat(random.random()).isEqualTo(value));
        assertThat(expected.bits()).allSatisfy(bits -> assertThat(
                        Long.toUnsignedString(random.bits(bits.get(0).asInt())))
                .isEqualTo(bits.get(1).asText()));
        assertThat(expected.below())
                .allSatisfy(drawn -> assertThat(random.below(drawn.get(0))).isEqualTo(drawn.get(1)));
        var shuffled = range(20);
        random.shuffle(shuffled);
        assertThat(shuffled).isEqualTo(expected.shuffled());
        assertThat(expected.samples()).allSatisfy(drawn -> assertThat(
                        random.sample(range(drawn.population()), drawn.sample().size()))
                .isEqualTo(drawn.sample()));
        var choices = new int[12];
        random.choices(37, choices);
        assertThat(choices)
                .containsExactly(expected.choicesOf37().stream()
                        .mapToInt(Integer::intValue)
                        .toArray());
        var words = IntStream.range(0, 2000)
                .mapToObj(i -> Long.toString(random.bits(32)))
                .collect(Collectors.joining(","));
        assertThat(sha256(words)).isEqualTo(expected.sha256OfNext2000Words());
    }

    @Test
    void theFirstNumbersOfSeed42AreThoseOfTheSharedReference() throws IOException {
        var reference = JSON.readTree(SharedMaterial.require("data/reference/mt19937_seed42_first16.json")
                .toFile());
        var random = new PythonRandom(42);
        assertThat(reference.get("v")).hasSize(16).allSatisfy(value -> assertThat(random.random())
                .isEqualTo(value.doubleValue()));
    }

    /** Of a large population, the lower bits of a random number decide more often. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 1000, 5_000_000, 60_000_000, 100_000_000, Integer.MAX_VALUE})
    void aChoiceIsARandomNumberTimesThePopulation(int population) {
        var random = new PythonRandom(7);
        // From an odd place in the state, too.
        for (var before = 0; before < 2; before++) {
            var expected = random.copy();
            var choices = new int[5000];
            random.choices(population, choices);
            assertThat(choices)
                    .containsExactly(IntStream.range(0, choices.length)
                            .map(i -> (int) (expected.random() * population))
                            .toArray());
            random.bits(32);
        }
    }

    @Test
    void whatCannotBeDrawnIsRefusedWithItsNumber() {
        var random = new PythonRandom(1);
        assertThatThrownBy(() -> random.below(0)).hasMessageContaining("below 0");
        assertThatThrownBy(() -> random.bits(65)).hasMessageContaining("65");
        assertThatThrownBy(() -> random.choices(0, new int[1])).hasMessageContaining("out of 0");
        assertThatThrownBy(() -> random.sample(List.of("a", "b"), 3)).hasMessage("sample of 3 out of 2");
    }

    private static List<Integer> range(int size) {
        return new ArrayList<>(IntStream.range(0, size).boxed().toList());
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    }

    record Vectors(
            long seed,
            List<Double> random,
            List<List<JsonNode>> bits,
            List<List<Integer>> below,
            List<Integer> shuffled,
            List<Sample> samples,
            List<Integer> choicesOf37,
            String sha256OfNext2000Words) {}

    record Sample(int population, List<Integer> sample) {}
}
