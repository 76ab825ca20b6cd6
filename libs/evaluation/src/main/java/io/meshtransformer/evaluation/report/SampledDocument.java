package io.meshtransformer.evaluation.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.meshtransformer.evaluation.request.ModelAnswer;
import io.meshtransformer.evaluation.request.ModelAnswer.ContinuationScore;
import io.meshtransformer.files.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What was asked and answered of one document.
 *
 * @param index in the task's order, from 0
 * @param document SHA-256 (hexadecimal) of its fields
 * @param requests SHA-256 (hexadecimal) of its requests' hashes, a line each
 * @param logprobs of every continuation of every request, in their order, nats; null for generated texts
 * @param greedy of the same; null for generated texts
 * @param texts generated, in the requests' order; null for scores
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SampledDocument(
        int index, String document, String requests, List<Double> logprobs, List<Boolean> greedy, List<String> texts) {
    public SampledDocument {
        Results.required(document, "document");
        Results.required(requests, "requests");
        logprobs = logprobs == null ? null : List.copyOf(logprobs);
        greedy = greedy == null ? null : List.copyOf(greedy);
        texts = texts == null ? null : List.copyOf(texts);
        if ((logprobs == null) == (texts == null) || (logprobs == null) != (greedy == null)) {
            throw new IllegalArgumentException("a document has 'logprobs' and 'greedy', or 'texts'");
        }
    }

    /**
     * @param documentHash of its fields
     * @param requestHashes one for each answer
     */
    public static SampledDocument of(
            int index, String documentHash, List<String> requestHashes, List<ModelAnswer> answers) {
        if (answers.isEmpty() || answers.size() != requestHashes.size()) {
            throw new IllegalArgumentException("document " + index + " has " + requestHashes.size() + " requests and "
                    + answers.size() + " answers");
        }
        var scores = new ArrayList<ContinuationScore>();
        var texts = new ArrayList<String>();
        for (var answer : answers) {
            switch (answer) {
                case ModelAnswer.Scores(var given) -> scores.addAll(given);
                case ModelAnswer.Text(var text) -> texts.add(text);
            }
        }
        if (!scores.isEmpty() && !texts.isEmpty()) {
            throw new IllegalArgumentException("document " + index + " has both scores and generated texts");
        }
        var requests = sha256(String.join("\n", requestHashes));
        return texts.isEmpty()
                ? new SampledDocument(
                        index,
                        documentHash,
                        requests,
                        scores.stream().map(ContinuationScore::logprob).toList(),
                        scores.stream().map(ContinuationScore::greedy).toList(),
                        null)
                : new SampledDocument(index, documentHash, requests, null, null, texts);
    }

    /** SHA-256 (hexadecimal) of all but the index: a line for {@code document}, {@code requests}, and each answer. */
    String hash() {
        var lines = new StringBuilder(document).append('\n').append(requests);
        if (texts != null) {
            texts.forEach(text -> lines.append("\ntext ").append(sha256(text)));
        } else {
            for (var i = 0; i < logprobs.size(); i++) {
                lines.append("\nscore ").append(logprobs.get(i)).append(' ').append(greedy.get(i));
            }
        }
        return sha256(lines.toString());
    }

    /**
     * What does not hold any more of this document when it is asked again, a sentence each.
     *
     * @param tolerance between log-probabilities, nats
     */
    public List<String> differences(SampledDocument now, double tolerance) {
        var differences = new ArrayList<String>();
        var which = "document " + index;
        if (!document.equals(now.document)) {
            differences.add(which + " is another: its fields differ");
        } else if (!requests.equals(now.requests)) {
            differences.add(which + " is asked otherwise: its token ids differ");
        }
        if (texts != null || now.texts != null) {
            if (!String.valueOf(texts).equals(String.valueOf(now.texts))) {
                differences.add(which + " was answered " + texts + ", and is " + now.texts);
            }
        } else if (logprobs.size() != now.logprobs.size()) {
            differences.add(which + " had " + logprobs.size() + " scores, and has " + now.logprobs.size());
        } else {
            for (var i = 0; i < logprobs.size(); i++) {
                if (!(Math.abs(logprobs.get(i) - now.logprobs.get(i)) <= tolerance)) {
                    differences.add(which + ": the log-probability of continuation " + i + " was " + logprobs.get(i)
                            + ", and is " + now.logprobs.get(i) + "; they may be " + tolerance + " apart");
                }
            }
            if (!greedy.equals(now.greedy)) {
                differences.add(which + ": the greedy flags were " + greedy + ", and are " + now.greedy);
            }
        }
        return differences;
    }

    /** Largest difference of log-probabilities, nats; empty where there are none to compare. */
    public OptionalDouble distance(SampledDocument now) {
        if (logprobs == null || now.logprobs == null || logprobs.size() != now.logprobs.size()) {
            return OptionalDouble.empty();
        }
        var largest = 0.0;
        for (var i = 0; i < logprobs.size(); i++) {
            largest = Math.max(largest, Math.abs(logprobs.get(i) - now.logprobs.get(i)));
        }
        return OptionalDouble.of(largest);
    }

    private static String sha256(String text) {
        return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
