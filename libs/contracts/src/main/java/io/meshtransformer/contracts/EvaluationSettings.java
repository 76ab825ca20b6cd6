package io.meshtransformer.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * What is evaluated, and how.
 *
 * @param model as requests name it
 * @param tasks names, each once
 * @param protocols ways to ask, each once; {@link EvaluationProtocol#HARNESS} where null
 * @param limit of each task the first so many documents, or all where null
 * @param fewShot examples before each document; what each task says where null
 * @param fewShotSeed of the sampler of examples; 1234, the harness's, where null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record EvaluationSettings(
        String model,
        List<String> tasks,
        List<EvaluationProtocol> protocols,
        Integer limit,
        Integer fewShot,
        Long fewShotSeed) {
    /** Most tasks of one evaluation. */
    public static final int MOST_TASKS = 256;
    /** Most examples before a document. */
    public static final int MOST_EXAMPLES = 128;

    /** Most characters of the name of a model or a task. */
    public static final int LONGEST_NAME = 256;

    public EvaluationSettings {
        named(Required.field(model, "model"), "model");
        tasks = List.copyOf(Required.field(tasks, "tasks"));
        Required.that(
                !tasks.isEmpty() && tasks.size() <= MOST_TASKS,
                "'tasks' has " + tasks.size() + " names, it must have 1 to " + MOST_TASKS);
        tasks.forEach(task -> named(task, "tasks"));
        Required.that(tasks.stream().distinct().count() == tasks.size(), "'tasks' names one of " + tasks + " twice");
        protocols = protocols == null ? List.of(EvaluationProtocol.HARNESS) : List.copyOf(protocols);
        Required.that(
                !protocols.isEmpty() && protocols.stream().distinct().count() == protocols.size(),
                "'protocols' is " + protocols + ", it must name one or more, each once");
        Required.that(limit == null || limit >= 1, "'limit' is " + limit + ", it must be at least 1");
        Required.that(
                fewShot == null || fewShot >= 0 && fewShot <= MOST_EXAMPLES,
                "'fewShot' is " + fewShot + ", it must be from 0 to " + MOST_EXAMPLES);
        fewShotSeed = fewShotSeed == null ? Long.valueOf(1234) : fewShotSeed;
    }

    private static void named(String name, String field) {
        Required.that(
                name.length() <= LONGEST_NAME,
                "'" + field + "' has a name of " + name.length() + " characters, it may have " + LONGEST_NAME);
    }
}
