package io.meshtransformer.testkit;

import io.meshtransformer.embedded.EmbeddedKafka;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests without Quarkus a {@link Broker} as a parameter: one for all test classes of the run, started by the
 * first that asks. Tests keep apart by the names of their topics.
 */
public final class SharedBroker implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(SharedBroker.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Broker.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        // The store of the root closes what it holds after the last test.
        var kafka = context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(EmbeddedKafka.class, _ -> EmbeddedKafka.temporary(), EmbeddedKafka.class);
        return new Broker(kafka.bootstrapServers());
    }
}
