package io.meshtransformer.evaluation.task;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A task and where its documents are.
 *
 * @param hash SHA-256 (hexadecimal) of the definition
 * @param kind {@code multiple_choice}, {@code loglikelihood}, {@code loglikelihood_rolling} or {@code generate_until}
 * @param data file of the documents; empty where none were found
 * @param excerpt whether these are the excerpt that comes with the software
 * @param files that are sought in a folder of data, best first
 * @param source where to get the whole set; may be empty
 * @param licence of the data; may be empty
 */
public record TaskListing(
        String name,
        String version,
        String hash,
        String kind,
        List<String> metrics,
        Optional<String> data,
        OptionalInt documents,
        boolean excerpt,
        List<String> files,
        String source,
        String licence) {
    public TaskListing {
        metrics = List.copyOf(metrics);
        files = List.copyOf(files);
    }
}
