package io.meshtransformer.evaluation.service.control;

import java.util.UUID;
import java.util.regex.Pattern;

/** Ids of what this service asks: whoever reads an answer knows by its id what it is the answer to. */
public sealed interface RequestId {
    /** A document's request. @param source number of an identity @param hash of the request */
    record OfDocument(int source, String hash) implements RequestId {
        public String text() {
            return "eval-request." + source + "." + hash;
        }
    }

    /** What answers for an evaluation's model? */
    record OfModel(long evaluation) implements RequestId {
        public String text() {
            return "eval-model." + evaluation + "." + UUID.randomUUID();
        }
    }

    /** A checkpoint to be served, for the sake of an evaluation. */
    record OfCheckpoint(long evaluation) implements RequestId {
        public String text() {
            return "eval-checkpoint." + evaluation + "." + UUID.randomUUID();
        }
    }

    /** Something that one instance waits for. */
    record Replay(String text) implements RequestId {
        public static Replay fresh() {
            return new Replay("eval-replay." + UUID.randomUUID());
        }
    }

    /** Somebody else's. */
    record Unknown() implements RequestId {}

    Pattern FORM = Pattern.compile(
            "eval-(?:request\\.(\\d{1,9})\\.([0-9a-f]{64})|(model|checkpoint)\\.(\\d{1,18})\\..+|replay\\..+)");

    static RequestId of(String text) {
        var form = FORM.matcher(text);
        if (!form.matches()) {
            return new Unknown();
        }
        if (form.group(1) != null) {
            return new OfDocument(Integer.parseInt(form.group(1)), form.group(2));
        }
        if (form.group(3) == null) {
            return new Replay(text);
        }
        var evaluation = Long.parseLong(form.group(4));
        return form.group(3).equals("model") ? new OfModel(evaluation) : new OfCheckpoint(evaluation);
    }
}
