package io.meshtransformer.training.service.control;

import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** Since when workers could have been heard: while the broker is away, all are silent and none is dead. */
@Singleton
public final class Hearing {
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final int PATIENCE_MILLIS = 2_000;

    private final Map<String, Object> settings;
    private final InstantSource clock;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile Instant since;

    Hearing(@Identifier("default-kafka-broker") Map<String, Object> kafka, InstantSource clock) {
        this.settings = new HashMap<>(kafka);
        this.settings.keySet().retainAll(AdminClientConfig.configNames());
        this.settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
        this.settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
        this.clock = clock;
        this.since = clock.instant();
    }

    Instant since() {
        return since;
    }

    /** Until it is stopped. */
    void run() {
        try (var admin = Admin.create(settings)) {
            do {
                ask(admin);
            } while (!stopping.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void ask(Admin admin) throws InterruptedException {
        try {
            admin.describeCluster().nodes().get();
        } catch (ExecutionException _) {
            // Whatever it is, nobody is heard meanwhile.
            since = clock.instant();
        }
    }

    @PreDestroy
    void stop() {
        stopping.countDown();
    }
}
