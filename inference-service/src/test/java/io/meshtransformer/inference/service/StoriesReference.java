package io.meshtransformer.inference.service;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What Hugging Face generates with the demo model when it always takes the likeliest token. */
record StoriesReference(List<Case> cases) {

    static final Path MODEL = Path.of(System.getProperty("mtj.root"), "models", "stories");

    record Case(String prompt, int[] promptIds, int[] greedyIds, boolean ended) {}

    static StoriesReference read() throws IOException {
        var json = new ObjectMapper()
                .readTree(MODEL.resolve("greedy_reference.json").toFile());
        var mapper = new ObjectMapper();
        return new StoriesReference(json.get("cases")
                .valueStream()
                .map(found -> new Case(
                        found.get("prompt").asText(),
                        mapper.convertValue(found.get("prompt_ids"), int[].class),
                        mapper.convertValue(found.get("greedy_ids"), int[].class),
                        found.get("ended").asBoolean()))
                .toList());
    }
}
