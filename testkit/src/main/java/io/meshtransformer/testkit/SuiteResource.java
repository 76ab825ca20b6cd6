package io.meshtransformer.testkit;

import io.meshtransformer.embedded.EmbeddedDatabase;
import io.meshtransformer.embedded.EmbeddedKafka;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.HashMap;
import java.util.Map;

/**
 * A real broker, and on request a real database, for a Quarkus test:
 *
 * <pre>{@code
 * @QuarkusTest
 * @WithTestResource(SuiteResource.class)
 *
 * @WithTestResource(value = SuiteResource.class, initArgs = @ResourceArg(name = SuiteResource.DATABASE, value = "true"))
 * }</pre>
 *
 * <p>A field {@code @InjectBroker Broker broker} of the test is filled.
 */
public final class SuiteResource implements QuarkusTestResourceLifecycleManager {
    /** Argument: {@code true} starts a database too. */
    public static final String DATABASE = "database";

    private boolean withDatabase;
    private EmbeddedKafka kafka;
    private EmbeddedDatabase database;

    @Override
    public void init(Map<String, String> arguments) {
        withDatabase = Boolean.parseBoolean(arguments.getOrDefault(DATABASE, "false"));
    }

    @Override
    public Map<String, String> start() {
        var properties = new HashMap<String, String>();
        properties.put("quarkus.devservices.enabled", "false");
        kafka = EmbeddedKafka.temporary();
        properties.put("kafka.bootstrap.servers", kafka.bootstrapServers());
        if (withDatabase) {
            database = EmbeddedDatabase.temporary();
            properties.put("quarkus.datasource.jdbc.url", database.jdbcUrl());
            properties.put("quarkus.datasource.username", EmbeddedDatabase.USER);
        }
        return properties;
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(
                new Broker(kafka.bootstrapServers()),
                new TestInjector.AnnotatedAndMatchesType(InjectBroker.class, Broker.class));
    }

    @Override
    public void stop() {
        // The application is gone when this runs; what is still open here would only wait for time-outs.
        try (var _ = database;
                var _ = kafka) {
            kafka = null;
            database = null;
        }
    }
}
