package io.meshtransformer.evaluation.task;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a task's YAML file says.
 *
 * @param version as its author counts
 * @param hash SHA-256 (hexadecimal) of the file's content as JSON with sorted keys: comments are not in it
 * @param origin file, for people
 * @param folder of the file, where data may lie too; empty for a task that ships
 * @param metrics names, at least one
 */
record TaskDefinition(
        String name,
        String version,
        String hash,
        String origin,
        Optional<Path> folder,
        OutputType kind,
        Data data,
        Question question,
        Examples examples,
        Generation generation,
        List<String> metrics) {

    /**
     * Where documents are.
     *
     * @param evaluated name of the split whose documents are asked
     * @param files of each split by name, best first; paths below a folder of data
     * @param source where to get them, for people; may be empty
     * @param licence of the data; may be empty
     */
    record Data(String evaluated, Map<String, List<DataFile>> files, String source, String licence) {}

    /**
     * A file of documents, one in each line as JSON.
     *
     * @param labels a file with the whole number for each document's {@code label}, one in each line; or null
     */
    record DataFile(String documents, String labels) {}

    /**
     * How a document becomes a question.
     *
     * @param preparation of its fields before anything else
     * @param description stands before everything; empty where there is none
     * @param text {@code doc_to_text}; where it is a number and there are choices, these are contexts of one continuation
     * @param target {@code doc_to_target}
     * @param choices {@code doc_to_choice}, of multiple choice alone
     * @param counted text whose words and bytes count, of a rolling task; the target where empty
     * @param delimiter {@code target_delimiter}, between a text and a choice
     */
    record Question(
            Preparation preparation,
            Optional<DocumentPart> description,
            DocumentPart text,
            DocumentPart target,
            Optional<DocumentPart> choices,
            Optional<DocumentPart> counted,
            String delimiter) {}

    /**
     * Answered documents before the asked one.
     *
     * @param number where nobody says otherwise
     * @param split whose documents they are
     * @param oneMore whether one more is drawn, and the asked document left out
     * @param first whether the first ones of the split are taken, and not drawn
     * @param delimiter {@code fewshot_delimiter}, after each
     */
    record Examples(int number, String split, boolean oneMore, boolean first, String delimiter) {}

    /** @param until texts before which a generated one ends */
    record Generation(List<String> until, int maxTokens, boolean ignoreCase, boolean ignorePunctuation) {
        Generation {
            until = List.copyOf(until);
        }
    }

    TaskDefinition {
        metrics = List.copyOf(metrics);
    }
}
