package io.meshtransformer.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;

/** Reads the {@code post_processor} of a {@code tokenizer.json}: ByteLevel, which moves offsets only, or a template. */
final class TemplateJson {
    private TemplateJson() {}

    static Template read(JsonFile file) {
        return file.at("/post_processor").map(node -> read(file, node)).orElse(Template.NONE);
    }

    private static Template read(JsonFile file, JsonNode processor) {
        var type = processor.path("type").asText("without a type");
        return switch (type) {
            case "ByteLevel" -> Template.NONE;
            case "TemplateProcessing" -> template(file, processor);
            case "Sequence" -> {
                var result = Template.NONE;
                for (var step : processor.path("processors")) {
                    var template = read(file, step);
                    if (result != Template.NONE && template != Template.NONE) {
                        throw TokenizerJson.unsupported(file, "its post-processor has more than one template");
                    }
                    result = template == Template.NONE ? result : template;
                }
                yield result;
            }
            default -> throw TokenizerJson.unsupported(file, "its post-processor is " + type);
        };
    }

    private static Template template(JsonFile file, JsonNode processor) {
        var before = new ArrayList<Integer>();
        var after = new ArrayList<Integer>();
        var ids = before;
        for (var piece : processor.path("single")) {
            if (piece.has("Sequence")) {
                ids = after;
                continue;
            }
            var name = piece.at("/SpecialToken/id").asText();
            var listed = processor.path("special_tokens").path(name).path("ids");
            if (listed.isEmpty()) {
                throw file.malformed("/post_processor", "has no ids for the special token '%s'".formatted(name));
            }
            for (var id : listed) {
                ids.add(file.id("/post_processor/special_tokens/" + name, id));
            }
        }
        return new Template(before, after);
    }
}
