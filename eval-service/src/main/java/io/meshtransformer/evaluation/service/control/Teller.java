package io.meshtransformer.evaluation.service.control;

import io.meshtransformer.contracts.EvaluationEvent;
import io.meshtransformer.evaluation.service.results.Finisher;
import io.meshtransformer.evaluation.service.store.Database;
import io.meshtransformer.evaluation.service.store.Database.DatabaseException;
import io.meshtransformer.evaluation.service.store.EvaluationRow;
import io.meshtransformer.evaluation.service.store.EvaluationRow.Progress;
import io.meshtransformer.evaluation.service.store.EvaluationStore;
import io.meshtransformer.evaluation.service.store.Outbox;
import io.meshtransformer.evaluation.service.store.PartStore;
import io.meshtransformer.evaluation.service.store.PartStore.Standing;
import io.meshtransformer.evaluation.service.store.RefusalStore;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** What happens as time passes: how evaluations stand is told, models are asked again, what nobody wants is forgotten. */
@Singleton
public final class Teller {
    private static final Logger LOG = Logger.getLogger(Teller.class);
    private static final int FORGET_EVERY = 60;
    /** Of the last second, in the rate that is told. */
    private static final double SHARE = 0.2;
    /** Longer without news, the evaluation did not run. */
    private static final Duration GAP = Duration.ofSeconds(10);

    private final Database database;
    private final EvaluationStore evaluations;
    private final PartStore parts;
    private final RefusalStore refusals;
    private final Outbox outbox;
    private final Standings standings;
    private final ControlPlane controlPlane;
    private final Finisher finisher;
    private final EvaluationMetrics metrics;
    private final Duration tick;
    private final InstantSource clock;
    private final CountDownLatch stopping = new CountDownLatch(1);

    Teller(
            Database database,
            EvaluationStore evaluations,
            PartStore parts,
            RefusalStore refusals,
            Outbox outbox,
            Standings standings,
            ControlPlane controlPlane,
            Finisher finisher,
            EvaluationMetrics metrics,
            EvaluationConfiguration configuration,
            InstantSource clock) {
        this.database = database;
        this.evaluations = evaluations;
        this.parts = parts;
        this.refusals = refusals;
        this.outbox = outbox;
        this.standings = standings;
        this.controlPlane = controlPlane;
        this.finisher = finisher;
        this.metrics = metrics;
        this.tick = configuration.tick();
        this.clock = clock;
    }

    void stop() {
        stopping.countDown();
    }

    /** Until it is stopped. */
    void run() {
        try {
            for (var round = 0; !stopping.await(tick.toMillis(), TimeUnit.MILLISECONDS); round++) {
                try {
                    finisher.renew();
                    for (var row : database.read(evaluations::running)) {
                        database.change(connection -> tell(connection, row));
                    }
                    controlPlane.tick();
                    metrics.count(database.read(evaluations::counts));
                    if (round % FORGET_EVERY == 0) {
                        database.change(refusals::forgetOld);
                    }
                } catch (DatabaseException e) {
                    LOG.warnf("nothing is told: %s", e.getMessage());
                } catch (RuntimeException e) {
                    LOG.error("nothing is told, by a fault of this service", e);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** By one instance, whichever comes first. */
    private void tell(Connection connection, EvaluationRow before) throws SQLException {
        if (!evaluations.claimTelling(connection, before.id(), 0.9 * tick.toMillis() / 1e3)) {
            return;
        }
        long done = parts.standings(connection, before.id()).stream()
                .mapToLong(Standing::done)
                .sum();
        var told = evaluations
                .numbered(connection, before.id())
                .orElseThrow()
                .progress()
                .told();
        evaluations.told(connection, before.id(), done, rate(before.progress(), new Progress(told, done, null)));
        var row = evaluations.numbered(connection, before.id()).orElseThrow();
        outbox.add(connection, new EvaluationEvent(row.name(), clock.instant(), standings.brief(connection, row)));
    }

    /** Documents a second, of late; null where that can't be told. */
    private static Double rate(Progress before, Progress now) {
        if (before.told() == null) {
            return null;
        }
        var time = Duration.between(before.told(), now.told());
        if (time.isZero() || time.isNegative() || time.compareTo(GAP) > 0) {
            return null;
        }
        var last = (now.done() - before.done()) / (time.toNanos() / 1e9);
        return before.rate() == null ? Double.valueOf(last) : (1 - SHARE) * before.rate() + SHARE * last;
    }
}
