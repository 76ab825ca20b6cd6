package io.meshtransformer.evaluation.service.work;

import io.meshtransformer.evaluation.request.ModelAnswer;
import io.meshtransformer.evaluation.request.ModelRequest;
import io.meshtransformer.evaluation.service.store.ChunkStore.ChunkKey;
import io.meshtransformer.evaluation.service.store.EvaluationRow;
import io.meshtransformer.evaluation.service.store.IdentityStore.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What this instance asks: chunks, their documents, and of these the requests that have no answer, so many of them sent.
 * Knows no database and no broker. Not thread-safe.
 */
final class Window {
    private final int most;
    private final Map<ChunkKey, OpenChunk> chunks = new LinkedHashMap<>();
    private final Map<String, Question> questions = new LinkedHashMap<>();
    private int sent;

    /** @param most requests that are sent and have no answer */
    Window(int most) {
        this.most = most;
    }

    /** A request without an answer, and the documents that wait for it. */
    static final class Question {
        private record Asker(OpenChunk chunk, OpenDocument document) {}

        private final Source source;
        private final String hash;
        private final ModelRequest request;
        private final List<Asker> askers = new ArrayList<>();
        private boolean sent;
        private int refusals;
        private Instant notBefore = Instant.MIN;

        private Question(OpenChunk chunk, String hash, ModelRequest request) {
            this.source = chunk.source();
            this.hash = hash;
            this.request = request;
        }

        /** One that waits for it. */
        EvaluationRow evaluation() {
            return askers.getFirst().chunk().evaluation();
        }

        /** One that waits for it. */
        ChunkKey chunk() {
            return askers.getFirst().chunk().claim().key();
        }

        /** Which, for people. */
        String document() {
            var asker = askers.getFirst();
            return "document " + asker.document().document().index() + " of '"
                    + asker.chunk().claim().part().task() + "'";
        }

        Source source() {
            return source;
        }

        String hash() {
            return hash;
        }

        ModelRequest request() {
            return request;
        }

        /** How often a model refused it. */
        int refusals() {
            return refusals;
        }
    }

    void add(OpenChunk chunk) {
        chunks.put(chunk.claim().key(), chunk);
        for (var document : chunk.documents()) {
            for (var hash : document.unanswered()) {
                var request =
                        document.document().requests().get(document.hashes().indexOf(hash));
                questions
                        .computeIfAbsent(hash, _ -> new Question(chunk, hash, request))
                        .askers
                        .add(new Question.Asker(chunk, document));
            }
        }
    }

    /** Whether there is no chunk. */
    boolean isEmpty() {
        return chunks.isEmpty();
    }

    /** Whether there are chunks, and all of their requests have answers. */
    boolean isAnswered() {
        return questions.isEmpty() && !chunks.isEmpty();
    }

    /** Whether another chunk is needed to keep models at work. */
    boolean wantsMore() {
        return questions.size() < most;
    }

    /** Of each evaluation, by its id. */
    Map<Long, Integer> chunksOf() {
        var counts = new HashMap<Long, Integer>();
        chunks.values().forEach(chunk -> counts.merge(chunk.evaluation().id(), 1, Integer::sum));
        return counts;
    }

    int sent() {
        return sent;
    }

    /** The hashes of requests that are sent and have no answer. */
    List<String> waiting() {
        return questions.values().stream()
                .filter(question -> question.sent)
                .map(Question::hash)
                .toList();
    }

    void answered(Map<String, ModelAnswer> found) {
        found.forEach((hash, answer) -> {
            var question = questions.remove(hash);
            if (question != null) {
                unsend(question);
                question.askers.forEach(asker -> asker.document().take(hash, answer));
            }
        });
    }

    /** Requests to be sent now, which count as sent. */
    List<Question> next(Instant now) {
        var next = new ArrayList<Question>();
        for (var question : questions.values()) {
            if (sent == most) {
                break;
            }
            if (!question.sent && !question.notBefore.isAfter(now)) {
                question.sent = true;
                sent++;
                next.add(question);
            }
        }
        return next;
    }

    /** The question of that hash, or null. */
    Question question(String hash) {
        return questions.get(hash);
    }

    /** It is to be sent again, later. */
    void again(Question question, Instant notBefore) {
        unsend(question);
        question.notBefore = notBefore;
    }

    /** A model refused it, and may not the next time. */
    void refused(Question question, Instant now, Duration pause) {
        question.refusals++;
        again(question, now.plus(pause));
    }

    /** Every request that is sent is to be sent again. */
    void allAgain(Instant now) {
        questions.values().stream().filter(question -> question.sent).forEach(question -> again(question, now));
    }

    private void unsend(Question question) {
        if (question.sent) {
            question.sent = false;
            sent--;
        }
    }

    /** The chunks that have answered documents, which are to be judged. */
    Collection<OpenChunk> answeredChunks() {
        return chunks.values().stream()
                .filter(chunk -> chunk.documents().isEmpty()
                        || chunk.documents().stream().anyMatch(OpenDocument::answered))
                .toList();
    }

    /** These documents are judged; a chunk without any other leaves. @return whether it does */
    boolean judged(OpenChunk chunk, Collection<OpenDocument> documents) {
        chunk.documents().removeAll(documents);
        return chunk.documents().isEmpty() && chunks.remove(chunk.claim().key()) != null;
    }

    /** Lets go of chunks, with the requests that nobody else waits for. */
    List<ChunkKey> drop(Predicate<OpenChunk> which) {
        var dropped = chunks.values().stream().filter(which).toList();
        for (var chunk : dropped) {
            chunks.remove(chunk.claim().key());
            for (var document : chunk.documents()) {
                document.unanswered().forEach(hash -> leave(hash, document));
            }
        }
        return dropped.stream().map(chunk -> chunk.claim().key()).toList();
    }

    private void leave(String hash, OpenDocument document) {
        var question = questions.get(hash);
        if (question != null
                && question.askers.removeIf(asker -> asker.document() == document)
                && question.askers.isEmpty()) {
            questions.remove(hash);
            unsend(question);
        }
    }
}
