package io.meshtransformer.evaluation.protocol;

import io.meshtransformer.evaluation.metric.Judgement;
import io.meshtransformer.evaluation.request.ModelRequest;
import io.meshtransformer.evaluation.request.PreparedDocument;
import io.meshtransformer.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Why two protocols do not ask the same of one document: a sentence for each cause, with the texts or ids at fault. */
public final class ProtocolDifferences {
    private final ReadingModel model;
    private final Tokenizer tokenizer;
    private final HarnessEncoding joint;
    private final Set<String> sentences = new LinkedHashSet<>();

    private ProtocolDifferences(ReadingModel model) {
        this.model = model;
        this.tokenizer = model.tokenizer();
        this.joint = new HarnessEncoding(model);
    }

    /**
     * Prefix, normalisation, encoding, truncation, each where it matters, in the order of the requests; none if the model
     * reads the same.
     *
     * @param harness the document under {@link Protocol#HARNESS}
     * @param mtj the same document of the same task under {@link Protocol#MTJ_2021}
     * @param model for which both were made
     */
    public static List<String> between(PreparedDocument harness, PreparedDocument mtj, ReadingModel model) {
        var differences = new ProtocolDifferences(model);
        if (harness.judgement() instanceof Judgement.Rolling) {
            differences.compareWindows(harness.requests(), mtj.requests());
        } else {
            var ours = asked(harness.requests());
            var theirs = asked(mtj.requests());
            for (var i = 0; i < ours.size(); i++) {
                differences.compare(ours.get(i), theirs.get(i));
            }
        }
        return List.copyOf(differences.sentences);
    }

    /** A context and what may follow it; nothing where that is generated. */
    private record Asked(String context, String continuation, int[] contextIds, int[] continuationIds) {
        int length() {
            return contextIds.length + continuationIds.length;
        }
    }

    private static List<Asked> asked(List<ModelRequest> requests) {
        var asked = new ArrayList<Asked>();
        for (var request : requests) {
            switch (request) {
                case ModelRequest.Score(var context, var continuations, var contextIds, var continuationIds) -> {
                    for (var i = 0; i < continuations.size(); i++) {
                        asked.add(new Asked(context, continuations.get(i), contextIds, continuationIds.get(i)));
                    }
                }
                case ModelRequest.Generate(var context, var contextIds, var maxTokens, var until) ->
                    asked.add(new Asked(context, "", contextIds, new int[0]));
            }
        }
        return asked;
    }

    private void compare(Asked harness, Asked mtj) {
        var context = withoutPrefix(mtj.context());
        prefix(harness.contextIds(), mtj.contextIds());
        normalisation(harness.context() + harness.continuation(), context + mtj.continuation());
        if (!mtj.continuation().isEmpty()) {
            encoding(context, mtj.continuation());
        }
        truncation(harness, mtj);
    }

    private void prefix(int[] harness, int[] mtj) {
        if (mtj[0] == model.prefixId() && harness[0] != model.prefixId()) {
            sentences.add("Prefix: mtj-2021 has %s (id %d) before the context, harness has nothing there."
                    .formatted(tokenizer.piece(model.prefixId()), model.prefixId()));
        }
    }

    private void normalisation(String text, String repaired) {
        if (text.equals(repaired)) {
            return;
        }
        var place = Arrays.mismatch(text.toCharArray(), repaired.toCharArray());
        sentences.add("Normalisation: from character %d on the text is %s, mtj-2021 makes %s of it."
                .formatted(text.codePointCount(0, place), Shown.text(text, place), Shown.text(repaired, place)));
    }

    /** Of what mtj-2021 reads, encoded as harness would. */
    private void encoding(String context, String continuation) {
        var alone = tokenizer.encode(continuation);
        int[] after;
        try {
            after = joint.pair(context, continuation).continuationIds();
        } catch (UnaskableException e) {
            sentences.add("Encoding: harness can't ask this at all, " + e.getMessage() + ".");
            return;
        }
        if (!Arrays.equals(alone, after)) {
            sentences.add("Encoding: what counts of %s is %s encoded with its context (harness), %s alone (mtj-2021)."
                    .formatted(Shown.text(continuation, 0), Shown.ids(after, alone), Shown.ids(alone, after)));
        }
    }

    private void truncation(Asked harness, Asked mtj) {
        var all = tokenizer.encode(harness.context() + harness.continuation()).length;
        var allOfMtj =
                1 + tokenizer.encode(withoutPrefix(mtj.context())).length + tokenizer.encode(mtj.continuation()).length;
        if (allOfMtj > mtj.length() || all > harness.length() && harness.contextIds()[0] != model.prefixId()) {
            sentences.add("Truncation: harness reads the last %d of %d ids, mtj-2021 the last %d of %d with its prefix."
                    .formatted(Math.min(all, harness.length()), all, mtj.length(), allOfMtj));
        }
    }

    private void compareWindows(List<ModelRequest> harness, List<ModelRequest> mtj) {
        normalisation(text(harness), text(mtj));
        if (harness.size() != mtj.size() || harness.size() > 1) {
            sentences.add("Truncation: harness foretells up to %d ids at once, in %d windows, mtj-2021 up to %d in %d."
                    .formatted(model.contextLength(), harness.size(), model.contextLength() - 1, mtj.size()));
        }
    }

    private String text(List<ModelRequest> windows) {
        var ids = asked(windows).stream()
                .flatMapToInt(window -> Arrays.stream(window.continuationIds()))
                .toArray();
        return tokenizer.decode(ids);
    }

    private String withoutPrefix(String context) {
        var prefix = tokenizer.piece(model.prefixId());
        return context.startsWith(prefix) ? context.substring(prefix.length()) : context;
    }
}
