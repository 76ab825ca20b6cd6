package io.meshtransformer.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Reads the {@code pre_tokenizer} of a {@code tokenizer.json}: ByteLevel, or a Sequence of Splits by GPT-2's
 * expression and a ByteLevel at its end. GPT-2's expression leaves its own pieces whole, so naming it twice is naming it
 * once.
 */
final class SplittingJson {
    /** GPT-2's expression as Hugging Face, OpenAI's GPT-2 and tiktoken write it; they match the same. */
    private static final Set<String> WORDS = Set.of(
            "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
            "'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
            "'(?:[sdmt]|ll|ve|re)| ?\\p{L}++| ?\\p{N}++| ?[^\\s\\p{L}\\p{N}]++|\\s++$|\\s+(?!\\S)|\\s");

    private final JsonFile file;
    private boolean intoWords;

    private SplittingJson(JsonFile file) {
        this.file = file;
    }

    static Splitting read(JsonFile file) {
        return new SplittingJson(file).splitting();
    }

    private Splitting splitting() {
        var steps = steps(file.at("/pre_tokenizer")
                .orElseThrow(() -> TokenizerJson.unsupported(file, "it has no pre-tokenizer")));
        for (var step : steps.subList(0, steps.size() - 1)) {
            split(step);
        }
        var last = steps.getLast();
        if (!type(last).equals("ByteLevel")) {
            throw TokenizerJson.unsupported(file, "its pre-tokenizer is " + type(last));
        }
        var prefixSpace = last.path("add_prefix_space").asBoolean(true);
        if (prefixSpace && intoWords) {
            throw TokenizerJson.unsupported(file, "its pre-tokenizer adds a space before every split");
        }
        intoWords |= last.path("use_regex").asBoolean(true);
        return new Splitting(prefixSpace, intoWords);
    }

    private void split(JsonNode step) {
        if (!type(step).equals("Split")) {
            throw TokenizerJson.unsupported(file, "its pre-tokenizer has a " + type(step));
        }
        var pattern =
                step.at("/pattern/Regex").asText(step.at("/pattern/String").asText());
        if (!WORDS.contains(pattern)) {
            throw TokenizerJson.unsupported(file, "its pre-tokenizer splits at '%s'".formatted(pattern));
        }
        // The expression matches everything, so there is nothing between matches and isolating them is keeping them.
        var behavior = step.path("behavior").asText();
        var inverted = step.path("invert").asBoolean(false);
        if (!behavior.equals("Isolated") && !(behavior.equals("Removed") && inverted)) {
            throw TokenizerJson.unsupported(
                    file, "its pre-tokenizer splits with behavior %s, invert %s".formatted(behavior, inverted));
        }
        intoWords = true;
    }

    private List<JsonNode> steps(JsonNode node) {
        if (!type(node).equals("Sequence")) {
            return List.of(node);
        }
        var steps = new ArrayList<JsonNode>();
        node.path("pretokenizers").forEach(step -> steps.addAll(steps(step)));
        if (steps.isEmpty()) {
            throw TokenizerJson.unsupported(file, "its pre-tokenizer is an empty Sequence");
        }
        return steps;
    }

    private static String type(JsonNode node) {
        return node.path("type").asText("without a type");
    }
}
