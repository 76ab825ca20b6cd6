package io.meshtransformer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MergeOrderTest {
    @Test
    void tokensMadeTheirOwnWayAreAccepted() {
        assertThatCode(() -> check("a b", "ab c", "b c", "bc c")).doesNotThrowAnyException();
    }

    @Test
    void aTokenThatEarlierMergesMakeOtherwiseIsRefused() {
        // On "abc" pairs stop at ab, c; by rank ab and c would join, as together they spell a token.
        assertThatThrownBy(() -> check("a b", "b c", "a bc"))
                .isInstanceOf(UnsupportedTokenizerException.class)
                .hasMessage("merge 2 makes 'abc' of 'a' and 'bc', but the merges before it leave [ab, c]; "
                        + "such a merge list is not supported");
    }

    @Test
    void aTokenWhosePartsComeLaterIsRefused() {
        assertThatThrownBy(() -> check("ab c", "a b"))
                .isInstanceOf(UnsupportedTokenizerException.class)
                .hasMessageStartingWith(
                        "merge 0 makes 'abc' of 'ab' and 'c', but the merges before it leave [a, b, c]");
    }

    @Test
    void aTokenMadeInTwoWaysIsRefused() {
        assertThatThrownBy(() -> check("a b", "b c", "ab c", "a bc"))
                .isInstanceOf(UnsupportedTokenizerException.class)
                .hasMessage("merges 2 and 3 both make 'abc'; a token made in two ways is not supported");
    }

    @Test
    void aVocabularyWithoutAByteIsRefused() {
        var vocabulary = vocabulary(List.of());
        vocabulary.remove(ByteAlphabet.spell(0x0A));
        assertThatThrownBy(() -> MergeOrder.check(vocabulary, List.of()))
                .isInstanceOf(UnsupportedTokenizerException.class)
                .hasMessage("the vocabulary has no token for byte 0x0A: it is not byte-level");
    }

    /** Whatever merge list is accepted, JTokkit's ids are those of merging the listed pairs one by one. */
    @Test
    void acceptedListsMergeAsTheirPairsSay() {
        var random = new Random(11);
        var accepted = 0;
        var refused = 0;
        for (var round = 0; round < 1_500; round++) {
            var merges = randomMerges(random);
            var vocabulary = vocabulary(merges);
            BytePairEncoder encoder;
            try {
                encoder = BytePairEncoder.of(vocabulary, merges, new Splitting(false, false));
                accepted++;
            } catch (UnsupportedTokenizerException e) {
                refused++;
                continue;
            }
            for (var i = 0; i < 5; i++) {
                // Beyond 500 bytes JTokkit merges by another algorithm.
                var text = letters(random, 1 + random.nextInt(i == 0 && round % 5 == 0 ? 900 : 40));
                assertThat(encoder.encode(text))
                        .as("'%s' with %s", text, merges)
                        .isEqualTo(mergePairs(text, merges, vocabulary));
            }
        }
        assertThat(accepted).isGreaterThan(200);
        assertThat(refused).isGreaterThan(200);
    }

    private static List<Merge> randomMerges(Random random) {
        var tokens = new ArrayList<>(List.of("a", "b", "c"));
        var made = new HashSet<>(tokens);
        var merges = new ArrayList<Merge>();
        for (var i = random.nextInt(10); i > 0; i--) {
            var merge = new Merge(tokens.get(random.nextInt(tokens.size())), tokens.get(random.nextInt(tokens.size())));
            if (made.add(merge.merged())) {
                merges.add(merge);
                tokens.add(merge.merged());
            }
        }
        return merges;
    }

    /** The definition, as slow as it is plain: the first listed pair that occurs is merged at its leftmost place. */
    private static int[] mergePairs(String text, List<Merge> merges, Map<String, Integer> vocabulary) {
        var parts = new ArrayList<>(List.of(text.split("")));
        for (var next = 0; next >= 0; ) {
            next = -1;
            for (var merge : merges) {
                for (var i = 0; i + 1 < parts.size() && next < 0; i++) {
                    if (parts.get(i).equals(merge.left()) && parts.get(i + 1).equals(merge.right())) {
                        next = i;
                    }
                }
                if (next >= 0) {
                    parts.set(next, parts.get(next) + parts.remove(next + 1));
                    break;
                }
            }
        }
        return parts.stream().mapToInt(vocabulary::get).toArray();
    }

    private static void check(String... pairs) {
        var merges = new ArrayList<Merge>();
        for (var pair : pairs) {
            var parts = pair.split(" ");
            merges.add(new Merge(parts[0], parts[1]));
        }
        MergeOrder.check(vocabulary(merges), merges);
    }

    /** Ids in no useful order. */
    private static Map<String, Integer> vocabulary(List<Merge> merges) {
        var vocabulary = new HashMap<String, Integer>();
        for (var value = 0; value < 256; value++) {
            vocabulary.put(ByteAlphabet.spell(value), 1_000 - value);
        }
        merges.forEach(merge -> vocabulary.putIfAbsent(merge.merged(), 5_000 - vocabulary.size()));
        return vocabulary;
    }

    private static String letters(Random random, int length) {
        return random.ints(length, 'a', 'd')
                .collect(StringBuilder::new, (text, letter) -> text.append((char) letter), StringBuilder::append)
                .toString();
    }
}
