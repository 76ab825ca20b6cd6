package io.meshtransformer.evaluation.service.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshtransformer.contracts.AnswerBatch;
import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.MalformedMessageException;
import io.meshtransformer.contracts.MessageCodec;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;

/** Answers that one instance waits for and another may read. Every method is part of its caller's transaction. */
@Singleton
public final class ReplayStore {
    public void add(Connection connection, AnswerEvent answer) throws SQLException {
        Statements.update(
                connection,
                "insert into evaluation.replay (request_id, answer, at) values (?, ?, now()) on conflict do nothing",
                answer.requestId(),
                new String(MessageCodec.write(new AnswerBatch(List.of(answer))), UTF_8));
    }

    /** Those of these requests, which are forgotten. */
    public List<AnswerEvent> take(Connection connection, Collection<String> requestIds) throws SQLException {
        return Statements.list(
                connection,
                "delete from evaluation.replay where request_id = any(?) returning answer",
                row -> answer(row.getString("answer")),
                connection.createArrayOf("text", requestIds.toArray()));
    }

    private static AnswerEvent answer(String json) {
        try {
            return MessageCodec.read(json.getBytes(UTF_8), AnswerBatch.class)
                    .events()
                    .getFirst();
        } catch (MalformedMessageException e) {
            throw new IllegalStateException("an answer is not what was stored", e);
        }
    }
}
