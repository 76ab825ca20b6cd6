package io.meshtransformer.evaluation.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshtransformer.evaluation.random.PythonRandom;
import io.meshtransformer.evaluation.report.DocumentHashes.Chunk;
import io.meshtransformer.evaluation.request.ModelAnswer;
import io.meshtransformer.files.Sha256;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes a task's documents one after the other, in the task's order, and makes {@link DocumentHashes}. It keeps hashes
 * and the sample, no more: under 1 MB whatever the number of documents. Not for several threads.
 */
public final class DocumentLedger {
    /** Documents whose hashes make one hash. */
    public static final int CHUNK = 1000;
    /** The most documents of which each has a hash in the receipt. */
    public static final int MOST_NAMED = 20_000;
    /** The most documents that are kept in full. */
    public static final int SAMPLE = 100;

    static final int SHORT_HASH = 8;

    private final int documents;
    private final int[] drawn;
    private final Set<Integer> sampled = new HashSet<>();
    private final Map<Integer, SampledDocument> sample = new HashMap<>();
    private final List<Chunk> chunks = new ArrayList<>();
    private final List<String> open = new ArrayList<>();
    private int next;

    /** @param documents that will be added */
    public DocumentLedger(int documents) {
        this.documents = documents;
        this.drawn = new PythonRandom(documents).sampleIndices(documents, Math.min(documents, SAMPLE));
        for (var index : drawn) {
            sampled.add(index);
        }
    }

    /**
     * The next document.
     *
     * @param documentHash of its fields
     * @param requestHashes one for each answer
     */
    public void add(String documentHash, List<String> requestHashes, List<ModelAnswer> answers) {
        if (next == documents) {
            throw new IllegalStateException("all of the " + documents + " documents have been added");
        }
        var document = SampledDocument.of(next, documentHash, requestHashes, answers);
        if (sampled.contains(next)) {
            sample.put(next, document);
        }
        open.add(document.hash());
        next++;
        if (open.size() == CHUNK) {
            closeChunk();
        }
    }

    /** @throws IllegalStateException if documents are missing */
    public DocumentHashes finish() {
        if (next != documents) {
            throw new IllegalStateException(next + " of " + documents + " documents have been added");
        }
        if (!open.isEmpty()) {
            closeChunk();
        }
        var hashes = chunks.stream().map(Chunk::hash).toList();
        var inOrderDrawn = new ArrayList<SampledDocument>();
        for (var index : drawn) {
            inOrderDrawn.add(sample.get(index));
        }
        return new DocumentHashes(lines(hashes), chunks, inOrderDrawn);
    }

    private void closeChunk() {
        var each = new StringBuilder();
        if (documents <= MOST_NAMED) {
            open.forEach(hash -> each.append(hash, 0, SHORT_HASH));
        }
        chunks.add(new Chunk(open.size(), lines(open), each.isEmpty() ? null : each.toString()));
        open.clear();
    }

    private static String lines(List<String> hashes) {
        return Sha256.of(String.join("\n", hashes).getBytes(UTF_8));
    }
}
