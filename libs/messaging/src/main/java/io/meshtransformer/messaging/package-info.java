/** Requests, answers and cancellations over Kafka: topics, headers, sending, reading, routing of answers. */
package io.meshtransformer.messaging;
