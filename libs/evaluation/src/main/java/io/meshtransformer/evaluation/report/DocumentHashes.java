package io.meshtransformer.evaluation.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.List;

/**
 * What was asked and answered of a task's documents, in hashes, and of some in full. {@link DocumentLedger} makes it.
 * For 10,042 documents of four choices it is 110 KB of JSON, for a million 120 KB: beyond
 * {@value DocumentLedger#MOST_NAMED} documents the single ones have no hash of their own any more.
 *
 * @param hash SHA-256 (hexadecimal) of the chunks' hashes, a line each
 * @param chunks of {@value DocumentLedger#CHUNK} documents each, the last of fewer
 * @param sample the documents that are asked again to verify, in random order
 */
public record DocumentHashes(String hash, List<Chunk> chunks, List<SampledDocument> sample) {
    public DocumentHashes {
        Results.required(hash, "hash");
        chunks = List.copyOf(Results.required(chunks, "chunks"));
        sample = List.copyOf(Results.required(sample, "sample"));
    }

    /**
     * @param documents in it
     * @param hash SHA-256 (hexadecimal) of its documents' hashes, a line each
     * @param each the first {@value DocumentLedger#SHORT_HASH} digits of each document's hash, one after the other; null
     *     where there are too many documents
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Chunk(int documents, String hash, String each) {
        public Chunk {
            Results.required(hash, "hash");
            if (each != null && each.length() != documents * DocumentLedger.SHORT_HASH) {
                throw new IllegalArgumentException("'each' has " + each.length() + " digits, " + documents
                        + " documents have " + documents * DocumentLedger.SHORT_HASH);
            }
        }
    }

    /**
     * Where other hashes of the same documents differ from these, a sentence each.
     *
     * @param most sentences
     */
    public List<String> differences(DocumentHashes other, int most) {
        var differences = new ArrayList<String>();
        if (chunks.size() != other.chunks.size()) {
            differences.add("there were " + chunks.size() + " chunks of documents, and are " + other.chunks.size());
        }
        for (var i = 0; i < Math.min(chunks.size(), other.chunks.size()); i++) {
            if (!chunks.get(i).hash().equals(other.chunks.get(i).hash())) {
                differences.addAll(differences(i * DocumentLedger.CHUNK, chunks.get(i), other.chunks.get(i)));
            }
        }
        return differences.subList(0, Math.min(most, differences.size()));
    }

    private static List<String> differences(int first, Chunk then, Chunk now) {
        if (then.each() == null || now.each() == null || then.documents() != now.documents()) {
            return List.of("of the documents " + first + " to " + (first + then.documents() - 1) + " some differ");
        }
        var differences = new ArrayList<String>();
        for (var i = 0; i < then.documents(); i++) {
            var from = i * DocumentLedger.SHORT_HASH;
            if (!then.each().regionMatches(from, now.each(), from, DocumentLedger.SHORT_HASH)) {
                differences.add("document " + (first + i) + " differs");
            }
        }
        return differences;
    }
}
