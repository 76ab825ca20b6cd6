package io.meshtransformer.evaluation.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshtransformer.contracts.EvaluationSettings;
import io.meshtransformer.contracts.JsonObject;
import io.meshtransformer.contracts.MalformedMessageException;
import io.meshtransformer.contracts.MessageCodec;
import io.meshtransformer.contracts.ServedModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.regex.Pattern;

/**
 * What an evaluation was, so that somebody else can do it again and compare. As JSON it has one field more, {@code hash}:
 * SHA-256 (hexadecimal) of the canonical JSON of all the others.
 *
 * @param format {@value #FORMAT}
 * @param evaluation its name
 * @param run training run whose checkpoint it evaluated, or null
 * @param step of that checkpoint, or null
 * @param model what answered
 * @param tokenizerHash SHA-256 (hexadecimal) of the tokenizer's file
 * @param resultsHash {@link Results#hash()}
 * @param version of the software that evaluated
 * @param finished when the last document was judged
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Receipt(
        String format,
        String evaluation,
        String run,
        Long step,
        ServedModel model,
        String tokenizerHash,
        EvaluationSettings settings,
        Results results,
        String resultsHash,
        String version,
        Instant finished) {
    public static final String FORMAT = "mtj-evaluation-receipt-1";

    private static final String HASH = "hash";
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");
    private static final JsonMapper MAPPER = new JsonMapper();

    public Receipt {
        Results.required(format, "format");
        Results.required(evaluation, "evaluation");
        Results.required(model, "model");
        Results.required(tokenizerHash, "tokenizerHash");
        Results.required(settings, "settings");
        Results.required(results, "results");
        Results.required(resultsHash, "resultsHash");
        Results.required(version, "version");
        Results.required(finished, "finished");
    }

    /** A receipt of today's format. */
    public Receipt(
            String evaluation,
            String run,
            Long step,
            ServedModel model,
            String tokenizerHash,
            EvaluationSettings settings,
            Results results,
            String version,
            Instant finished) {
        this(FORMAT, evaluation, run, step, model, tokenizerHash, settings, results, results.hash(), version, finished);
    }

    /** With its hash. */
    public JsonObject seal() {
        try {
            var fields = (ObjectNode) MAPPER.readTree(MessageCodec.write(this));
            return JsonObject.of(fields.put(HASH, CanonicalJson.hash(fields)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads what {@link #seal()} made, wherever it has been since.
     *
     * @throws ReceiptException if it is no receipt, or not the same any more
     */
    public static Receipt open(JsonObject sealed) {
        var fields = sealed.toTree();
        var format = fields.path("format").textValue();
        if (!FORMAT.equals(format)) {
            throw new ReceiptException.Malformed(
                    "not a receipt that can be read: 'format' is " + fields.path("format") + ", it must be \"" + FORMAT
                            + "\"",
                    null);
        }
        var hash = fields.path(HASH).textValue();
        if (hash == null || !SHA_256.matcher(hash).matches()) {
            throw new ReceiptException.Malformed(
                    "'hash' is " + fields.path(HASH) + ", it must be 64 hexadecimal digits", null);
        }
        fields.remove(HASH);
        var found = CanonicalJson.hash(fields);
        if (!found.equals(hash)) {
            throw new ReceiptException.Altered(
                    "the receipt was altered: its 'hash' is " + hash + ", its content's is " + found);
        }
        return read(fields);
    }

    private static Receipt read(ObjectNode fields) {
        Receipt receipt;
        try {
            receipt = MessageCodec.read(MAPPER.writeValueAsBytes(fields), Receipt.class);
        } catch (MalformedMessageException e) {
            throw new ReceiptException.Malformed("not a receipt that can be read: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!receipt.resultsHash().equals(CanonicalJson.hash(fields.get("results")))) {
            throw new ReceiptException.Altered("the receipt was altered: its 'resultsHash' is " + receipt.resultsHash()
                    + ", its results' is " + CanonicalJson.hash(fields.get("results")));
        }
        return receipt;
    }
}
