package io.meshtransformer.evaluation.service.work;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicInteger;

/** What this instance did and does. */
@Singleton
public final class WorkMetrics {
    private final Counter documents;
    private final Counter reused;
    private final Counter asked;
    private final AtomicInteger window;

    WorkMetrics(MeterRegistry registry) {
        documents = Counter.builder("mtj.evaluation.documents")
                .description("Documents judged by this instance")
                .register(registry);
        reused = requests(registry, "reused");
        asked = requests(registry, "asked");
        window = registry.gauge("mtj.evaluation.window", new AtomicInteger());
    }

    private static Counter requests(MeterRegistry registry, String how) {
        return Counter.builder("mtj.evaluation.requests")
                .description("Requests of documents: asked of a model, or answered before")
                .tag("how", how)
                .register(registry);
    }

    void documents(int judged) {
        documents.increment(judged);
    }

    void requests(int answeredBefore, int unanswered) {
        reused.increment(answeredBefore);
        asked.increment(unanswered);
    }

    /** Requests that wait for their answers now. */
    void window(int sent) {
        window.set(sent);
    }
}
