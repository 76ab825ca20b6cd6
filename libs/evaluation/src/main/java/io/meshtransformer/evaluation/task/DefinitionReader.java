package io.meshtransformer.evaluation.task;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshtransformer.evaluation.template.TemplateException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads a task's keys, which are lm-evaluation-harness's ({@code docs/task_guide.md}) where it has such a thing, with its
 * defaults ({@code lm_eval/config/task.py}).
 */
final class DefinitionReader {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final int MOST_EXAMPLES = 128;

    private static final Map<String, String> REFUSED = Map.of(
            "process_docs", "names Python code; choose a 'preparation' of " + Preparation.labels(),
            "process_results", "names Python code; metrics are made by 'output_type' alone",
            "filter_list",
                    "is not known here; 'until' ends a generated text, 'exact_match' takes ignore_case and"
                            + " ignore_punctuation",
            "include", "is not known here; copy the keys of the other file",
            "group", "is not known here; each file is one task",
            "use_prompt", "is not known here; write the template",
            "gen_prefix", "is not known here; end 'doc_to_text' with it");

    private final Section root;
    private final String origin;

    DefinitionReader(JsonNode tree, String origin) {
        this.root = new Section(origin, "", tree);
        this.origin = origin;
    }

    TaskDefinition read(String hash, Optional<Path> folder) {
        root.refuse(REFUSED);
        root.ignore("task_alias", "tag", "should_decontaminate", "doc_to_decontamination_query");
        var name = root.requiredText("task");
        if (!NAME.matcher(name).matches()) {
            throw root.wrong(
                    "task", "is '" + name + "', it must be 1 to 100 letters, digits, '.', '_', '-', no sign first");
        }
        var kind = kind();
        var metadata = root.section("metadata");
        var version = metadata.text("version").orElse("0");
        var data = data(name);
        var question = question(kind);
        var examples = examples();
        var judging = new JudgingReader(root, kind);
        root.whole("repeats", 1, 1, 1);
        root.requireNothingElse();
        return new TaskDefinition(
                name,
                version,
                hash,
                origin,
                folder,
                kind,
                data,
                question,
                examples,
                judging.generation(),
                judging.metrics());
    }

    private OutputType kind() {
        var label = root.text("output_type").orElse(OutputType.GENERATE_UNTIL.label());
        return OutputType.labelled(label)
                .orElseThrow(() -> root.wrong(
                        "output_type",
                        "is '" + label
                                + "', it must be multiple_choice, loglikelihood, loglikelihood_rolling or"
                                + " generate_until"));
    }

    private TaskDefinition.Data data(String name) {
        var validation = root.text("validation_split");
        var evaluated = root.text("test_split")
                .or(() -> validation)
                .orElseThrow(() -> root.wrong(
                        "test_split", "is missing, and so is 'validation_split': one must name the documents"));
        var arguments = root.section("dataset_kwargs");
        var given = root.has("data_files") ? root.section("data_files") : arguments.section("data_files");
        arguments.ignore("data_files", "trust_remote_code");
        arguments.requireNothingElse();
        var files = new LinkedHashMap<String, List<TaskDefinition.DataFile>>();
        for (var split : given.keys()) {
            files.put(split, dataFiles(given, split));
        }
        var path = root.text("dataset_path").filter(it -> !it.equals("json"));
        var part = root.text("dataset_name").map(it -> " (" + it + ")").orElse("");
        var source = root.text("source").or(() -> path.map(it -> "Hugging Face data set " + it + part));
        return new TaskDefinition.Data(
                evaluated,
                Map.copyOf(files),
                source.orElse(""),
                root.text("licence").orElse(""));
    }

    private static List<TaskDefinition.DataFile> dataFiles(Section given, String split) {
        var value = given.node(split);
        var files = new ArrayList<TaskDefinition.DataFile>();
        for (var each : value.isArray() ? value : List.of(value)) {
            if (each.isTextual()) {
                files.add(new TaskDefinition.DataFile(each.textValue(), null));
            } else if (each.path("documents").isTextual() && each.path("labels").isTextual() && each.size() == 2) {
                files.add(new TaskDefinition.DataFile(
                        each.get("documents").textValue(), each.get("labels").textValue()));
            } else {
                throw given.wrong(
                        split,
                        "holds " + each + ", it must hold paths of files, or mappings of 'documents' and 'labels' to"
                                + " paths of files");
            }
        }
        return files;
    }

    private TaskDefinition.Question question(OutputType kind) {
        var preparation = root.text("preparation").orElse(Preparation.NONE.label());
        var choices = root.has("doc_to_choice")
                ? Optional.of(choices(root.node("doc_to_choice")))
                : Optional.<DocumentPart>empty();
        if (choices.isPresent() != (kind == OutputType.MULTIPLE_CHOICE)) {
            throw root.wrong(
                    "doc_to_choice",
                    choices.isPresent()
                            ? "is there, but 'output_type' is " + kind.label() + ", which has no choices"
                            : "is missing, 'output_type' " + kind.label() + " has choices");
        }
        return new TaskDefinition.Question(
                Preparation.labelled(preparation)
                        .orElseThrow(() -> root.wrong(
                                "preparation", "is '" + preparation + "', it must be one of " + Preparation.labels())),
                optional("description"),
                kind == OutputType.LOGLIKELIHOOD_ROLLING && !root.has("doc_to_text")
                        ? new DocumentPart.Fixed("")
                        : part("doc_to_text"),
                part("doc_to_target"),
                choices,
                optional("doc_to_counted"),
                root.text("target_delimiter").orElse(" "));
    }

    private Optional<DocumentPart> optional(String key) {
        return root.has(key) ? Optional.of(part(key)) : Optional.empty();
    }

    private DocumentPart part(String key) {
        var value = root.node(key);
        if (value.isIntegralNumber() && value.canConvertToInt()) {
            return new DocumentPart.Fixed(value.intValue());
        }
        if (!value.isTextual()) {
            throw root.wrong(
                    key,
                    (value.isMissingNode() ? "is missing" : "is " + value)
                            + ", it must be a field's name, a template or a whole number");
        }
        return written(key, value.textValue());
    }

    private DocumentPart written(String key, String source) {
        try {
            return DocumentPart.Written.parse(source);
        } catch (TemplateException e) {
            throw root.wrong(key, "is no template: " + e.getMessage(), e);
        }
    }

    private DocumentPart choices(JsonNode value) {
        if (value.isTextual()) {
            return written("doc_to_choice", value.textValue());
        }
        var texts = new ArrayList<String>();
        value.forEach(each -> texts.add(each.isValueNode() ? each.asText() : null));
        if (!value.isContainerNode() || texts.isEmpty() || texts.stream().anyMatch(Objects::isNull)) {
            throw root.wrong(
                    "doc_to_choice",
                    "is " + value + ", it must be a list of texts, a field's name or a template that gives a list");
        }
        return DocumentPart.choices(texts);
    }

    private TaskDefinition.Examples examples() {
        var config = root.section("fewshot_config");
        var sampler = config.text("sampler").orElse("default");
        if (!sampler.equals("default") && !sampler.equals("first_n")) {
            throw config.wrong("sampler", "is '" + sampler + "', it must be default or first_n");
        }
        var chosen = config.text("split").or(() -> root.text("fewshot_split"));
        config.requireNothingElse();
        root.ignore("fewshot_split");
        var test = root.text("test_split");
        var validation = root.text("validation_split");
        var evaluated = test.or(() -> validation);
        var split = chosen.or(() -> root.text("training_split"))
                .or(() -> validation)
                .or(() -> test);
        return new TaskDefinition.Examples(
                root.whole("num_fewshot", 0, 0, MOST_EXAMPLES),
                split.orElseThrow(),
                chosen.equals(test) || split.equals(evaluated),
                sampler.equals("first_n"),
                root.text("fewshot_delimiter").orElse("\n\n"));
    }
}
