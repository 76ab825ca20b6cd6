package io.meshtransformer.evaluation.request;

import java.util.List;

/** One thing that a model is asked for the sake of a document. */
public sealed interface ModelRequest {
    /**
     * What the answer to this request is known by, wherever and whenever it was given: SHA-256 (hexadecimal) of the
     * model's identity, the tokenizer's hash, the token ids and, of a text to generate, its options. Texts and tasks are
     * not in it: two tasks that ask the same share the answer.
     */
    String hash(String identity, String tokenizerHash);

    /**
     * How likely is each continuation of a context?
     *
     * @param context as the model reads it but for what is cut from its left, for people
     * @param continuations as the model reads them, for people
     * @param contextIds at least one, cut from the left as the protocol says
     * @param continuationIds one array for each continuation, each of one id at least; with the context at most one more
     *     than the model's context length
     */
    record Score(String context, List<String> continuations, int[] contextIds, List<int[]> continuationIds)
            implements ModelRequest {
        public Score {
            continuations = List.copyOf(continuations);
            continuationIds = List.copyOf(continuationIds);
        }

        @Override
        public String hash(String identity, String tokenizerHash) {
            return RequestHash.of(this, identity, tokenizerHash);
        }
    }

    /**
     * What is the likeliest text after a context, token by token?
     *
     * @param context as the model reads it but for what is cut from its left, for people
     * @param contextIds at least one, cut from the left so that {@code maxTokens} have room
     * @param until texts before which the generated one ends
     */
    record Generate(String context, int[] contextIds, int maxTokens, List<String> until) implements ModelRequest {
        public Generate {
            until = List.copyOf(until);
        }

        @Override
        public String hash(String identity, String tokenizerHash) {
            return RequestHash.of(this, identity, tokenizerHash);
        }
    }
}
