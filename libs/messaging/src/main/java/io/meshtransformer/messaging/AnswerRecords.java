package io.meshtransformer.messaging;

import io.meshtransformer.contracts.AnswerBatch;
import io.meshtransformer.contracts.MalformedMessageException;
import io.meshtransformer.contracts.MessageCodec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/** Takes the events out of a record of the answers topic. */
final class AnswerRecords {
    private static final Logger LOG = Logger.getLogger(AnswerRecords.class);

    private AnswerRecords() {}

    /** Tells the listener each event; what it throws is logged, and the others are told all the same. */
    static void tell(ConsumerRecord<byte[], byte[]> record, AnswerListener listener) {
        AnswerBatch batch;
        try {
            batch = MessageCodec.read(record.value(), AnswerBatch.class);
        } catch (MalformedMessageException e) {
            LOG.warnf("%s holds no answers: %s", Refusals.place(record), e.getMessage());
            return;
        }
        for (int index = 0; index < batch.events().size(); index++) {
            var event = batch.events().get(index);
            try {
                listener.onEvent(event, new LogPlace(record.partition(), record.offset(), index));
            } catch (RuntimeException e) {
                LOG.errorf(e, "an event of the request %s was not taken", event.requestId());
            }
        }
    }
}
