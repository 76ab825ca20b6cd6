package io.meshtransformer.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * A task that can be evaluated.
 *
 * @param kind {@code multiple_choice}, {@code loglikelihood}, {@code loglikelihood_rolling} or {@code generate_until}
 * @param hash SHA-256 (hexadecimal) of its definition
 * @param data where its documents were found, or null where they were not
 * @param documents there, or null
 * @param excerpt whether these are the excerpt that comes with the software
 * @param source where to get the whole set
 * @param licence of the data
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TaskDescription(
        String name,
        String version,
        String kind,
        String hash,
        List<String> metrics,
        String data,
        Long documents,
        boolean excerpt,
        String source,
        String licence) {
    public TaskDescription {
        Required.field(name, "name");
        Required.field(version, "version");
        Required.field(kind, "kind");
        Required.field(hash, "hash");
        metrics = List.copyOf(Required.field(metrics, "metrics"));
    }
}
