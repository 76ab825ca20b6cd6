package io.meshtransformer.training.service.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshtransformer.contracts.MalformedMessageException;
import io.meshtransformer.contracts.MessageCodec;
import io.meshtransformer.contracts.TrainingEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;
import org.hibernate.Session;

/** Events that the broker does not have yet: written in the transaction of what they tell of, so neither is without the other. */
@ApplicationScoped
public class Outbox {
    private final Session database;

    Outbox(Session database) {
        this.database = database;
    }

    /** An event that waits. */
    public record Entry(long id, TrainingEvent event) {}

    @Transactional(Transactional.TxType.MANDATORY)
    public void add(TrainingEvent event) {
        database.createNativeMutationQuery("insert into training.outbox (run, event) values (:run, :event)")
                .setParameter("run", event.run())
                .setParameter("event", new String(MessageCodec.write(event), UTF_8))
                .executeUpdate();
    }

    /** The oldest, in their order. */
    @Transactional
    public List<Entry> oldest(int most) {
        return database
                .createNativeQuery("select id, event from training.outbox order by id limit :most", Object[].class)
                .setParameter("most", most)
                .getResultList()
                .stream()
                .map(row -> new Entry((Long) row[0], event((String) row[1])))
                .toList();
    }

    private static TrainingEvent event(String json) {
        try {
            return MessageCodec.read(json.getBytes(UTF_8), TrainingEvent.class);
        } catch (MalformedMessageException e) {
            throw new IllegalStateException("an event in the outbox is not what was stored", e);
        }
    }

    @Transactional
    public void remove(long id) {
        database.createNativeMutationQuery("delete from training.outbox where id = :id")
                .setParameter("id", id)
                .executeUpdate();
    }
}
