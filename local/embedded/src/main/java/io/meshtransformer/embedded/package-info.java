/** Kafka and PostgreSQL, started and stopped by the process that needs them. */
package io.meshtransformer.embedded;
