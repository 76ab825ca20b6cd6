package io.meshtransformer.messaging;

import io.meshtransformer.contracts.FailureCode;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.IncomingKafkaRecord;
import io.smallrye.reactive.messaging.kafka.KafkaConnectorIncomingConfiguration;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import io.smallrye.reactive.messaging.kafka.fault.KafkaFailureHandler;
import io.vertx.mutiny.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.BiConsumer;
import org.eclipse.microprofile.reactive.messaging.Metadata;

/**
 * What a channel does with a record that a service's code gave back with an exception: it is refused, and the channel
 * goes on. The connector's own strategies stop the channel, or leave the requester waiting.
 */
final class FaultHandler implements KafkaFailureHandler {
    /** Value of the channel property {@code failure-strategy}. */
    static final String STRATEGY = "refuse";

    private final Refusals refusals;

    private FaultHandler(Refusals refusals) {
        this.refusals = refusals;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <K, V> Uni<Void> handle(IncomingKafkaRecord<K, V> record, Throwable reason, Metadata metadata) {
        var received = record.getMetadata(IncomingKafkaRecordMetadata.class).orElseThrow();
        var refused = refusals.refuse(
                received.getRecord(),
                reason.toString(),
                FailureCode.INTERNAL_ERROR,
                "the request could not be worked on; this is a fault of the service");
        return Uni.createFrom().completionStage(() -> refused.thenCompose(_ -> record.ack()));
    }

    /** Makes the handler of a channel. */
    @ApplicationScoped
    @Identifier(STRATEGY)
    public static class Factory implements KafkaFailureHandler.Factory {
        private final Refusals refusals;

        public Factory(Refusals refusals) {
            this.refusals = refusals;
        }

        @Override
        public KafkaFailureHandler create(
                KafkaConnectorIncomingConfiguration configuration,
                Vertx vertx,
                KafkaConsumer<?, ?> consumer,
                BiConsumer<Throwable, Boolean> reportFailure) {
            return new FaultHandler(refusals);
        }
    }
}
