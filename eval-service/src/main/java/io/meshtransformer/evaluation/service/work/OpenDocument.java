package io.meshtransformer.evaluation.service.work;

import io.meshtransformer.evaluation.request.ModelAnswer;
import io.meshtransformer.evaluation.request.PreparedDocument;
import io.meshtransformer.evaluation.service.store.JudgedDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A document whose answers are coming. Not thread-safe. */
final class OpenDocument {
    private final PreparedDocument document;
    private final List<String> hashes;
    private final ModelAnswer[] answers;
    private int missing;

    /** @param hashes of its requests, in their order */
    OpenDocument(PreparedDocument document, List<String> hashes) {
        this.document = document;
        this.hashes = List.copyOf(hashes);
        this.answers = new ModelAnswer[hashes.size()];
        this.missing = hashes.size();
    }

    PreparedDocument document() {
        return document;
    }

    List<String> hashes() {
        return hashes;
    }

    /** Takes what it waits for. */
    void take(Map<String, ModelAnswer> found) {
        for (var i = 0; i < answers.length; i++) {
            var answer = answers[i] == null ? found.get(hashes.get(i)) : null;
            if (answer != null) {
                answers[i] = answer;
                missing--;
            }
        }
    }

    /** Takes an answer to all of its requests of that hash. */
    void take(String hash, ModelAnswer answer) {
        for (var i = 0; i < answers.length; i++) {
            if (answers[i] == null && hashes.get(i).equals(hash)) {
                answers[i] = answer;
                missing--;
            }
        }
    }

    boolean answered() {
        return missing == 0;
    }

    /** The requests that have no answer yet, by their hashes: each once. */
    List<String> unanswered() {
        var open = new ArrayList<String>();
        for (var i = 0; i < answers.length; i++) {
            if (answers[i] == null && !open.contains(hashes.get(i))) {
                open.add(hashes.get(i));
            }
        }
        return open;
    }

    /** Of an answered document. */
    JudgedDocument judge() {
        return new JudgedDocument(
                document.index(),
                document.hash(),
                hashes,
                document.judgement(),
                document.judgement().judge(List.of(answers)));
    }
}
