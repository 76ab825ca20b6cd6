package io.meshtransformer.tokenizer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tokenizers for tests, each loaded once. */
final class Tokenizers {
    private static final int END_OF_TEXT = 50256;

    private Tokenizers() {}

    /** GPT-2's, from vocab.json and merges.txt as {@link #writeGpt2} makes them. */
    static Tokenizer gpt2() {
        return Gpt2.TOKENIZER;
    }

    /** The demo model's, from tokenizer.json. */
    static Tokenizer stories() {
        return Stories.TOKENIZER;
    }

    private static final class Gpt2 {
        static final Tokenizer TOKENIZER = load();

        private static Tokenizer load() {
            try {
                var directory = Files.createTempDirectory("gpt2");
                try {
                    writeGpt2(directory);
                    return Tokenizer.load(directory).orElseThrow();
                } finally {
                    for (var file : List.of("vocab.json", "merges.txt")) {
                        Files.deleteIfExists(directory.resolve(file));
                    }
                    Files.delete(directory);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final class Stories {
        static final Tokenizer TOKENIZER =
                Tokenizer.load(Golden.storiesDirectory()).orElseThrow();
    }

    /** Writes GPT-2's vocab.json and merges.txt. */
    static void writeGpt2(Path directory) {
        try {
            Files.writeString(directory.resolve("vocab.json"), Gpt2Files.VALUE.vocabulary());
            Files.writeString(directory.resolve("merges.txt"), Gpt2Files.VALUE.merges());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Contents of vocab.json and merges.txt. */
    private record Gpt2Files(String vocabulary, String merges) {
        static final Gpt2Files VALUE = of(r50k());

        /**
         * Out of the tokens by rank that JTokkit brings along: the merge that made a token is what merging its bytes
         * with all lower ranks leaves, two parts.
         */
        private static Gpt2Files of(Map<String, Integer> rankOfToken) {
            var vocabulary = Golden.MAPPER.createObjectNode();
            var merges = new ArrayList<>(List.of("#version: 0.2"));
            rankOfToken.forEach((token, rank) -> {
                vocabulary.put(spell(token), rank);
                if (token.length() > 1) {
                    var parts = merge(token, rank, rankOfToken);
                    merges.add(spell(parts.get(0)) + " " + spell(parts.get(1)));
                }
            });
            vocabulary.put("<|endoftext|>", END_OF_TEXT);
            return new Gpt2Files(vocabulary.toString(), String.join("\n", merges) + "\n");
        }
    }

    /** Ranks by token, a byte per character, in the order of ranks. */
    private static Map<String, Integer> r50k() {
        try (var in = Tokenizers.class.getResourceAsStream("/com/knuddels/jtokkit/r50k_base.tiktoken")) {
            var ranks = new LinkedHashMap<String, Integer>();
            new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().forEach(line -> {
                var parts = line.split(" ");
                var bytes = Base64.getDecoder().decode(parts[0]);
                ranks.put(new String(bytes, StandardCharsets.ISO_8859_1), Integer.parseInt(parts[1]));
            });
            return ranks;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> merge(String token, int limit, Map<String, Integer> rankOfToken) {
        var parts = new ArrayList<>(List.of(token.split("")));
        while (true) {
            var best = -1;
            var bestRank = limit;
            for (var i = 0; i + 1 < parts.size(); i++) {
                var rank = rankOfToken.getOrDefault(parts.get(i) + parts.get(i + 1), limit);
                if (rank < bestRank) {
                    best = i;
                    bestRank = rank;
                }
            }
            if (best < 0) {
                return parts;
            }
            parts.set(best, parts.get(best) + parts.remove(best + 1));
        }
    }

    private static String spell(String bytes) {
        var spelled = new StringBuilder();
        bytes.chars().forEach(value -> spelled.append(ByteAlphabet.spell(value)));
        return spelled.toString();
    }
}
