package io.meshtransformer.evaluation.service.results;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshtransformer.evaluation.report.Receipt;
import io.meshtransformer.evaluation.service.control.ControlPlane;
import io.meshtransformer.evaluation.service.control.EvaluationConfiguration;
import io.meshtransformer.evaluation.service.control.Instance;
import io.meshtransformer.evaluation.service.control.News;
import io.meshtransformer.evaluation.service.evaluation.Input;
import io.meshtransformer.evaluation.service.results.Computation.IncompleteException;
import io.meshtransformer.evaluation.service.store.ChunkStore;
import io.meshtransformer.evaluation.service.store.Database;
import io.meshtransformer.evaluation.service.store.Database.DatabaseException;
import io.meshtransformer.evaluation.service.store.EvaluationRow;
import io.meshtransformer.evaluation.service.store.EvaluationStore;
import io.meshtransformer.evaluation.service.store.PartStore;
import io.meshtransformer.evaluation.service.store.ResultStore;
import io.meshtransformer.evaluation.task.TaskException;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Ends evaluations whose documents are all judged: results and receipt are computed, by one instance, and kept. */
@Singleton
public final class Finisher {
    private static final Logger LOG = Logger.getLogger(Finisher.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Database database;
    private final EvaluationStore evaluations;
    private final PartStore parts;
    private final ChunkStore chunks;
    private final ResultStore results;
    private final Computation computation;
    private final ControlPlane controlPlane;
    private final Instance instance;
    private final Duration lease;
    private final InstantSource clock;
    private final String version;
    private final News.Ear ear;
    /** The evaluation that is computed now; 0 for none. */
    private volatile long computing;

    private volatile boolean stopping;

    Finisher(
            Database database,
            EvaluationStore evaluations,
            PartStore parts,
            ChunkStore chunks,
            ResultStore results,
            Computation computation,
            ControlPlane controlPlane,
            Instance instance,
            EvaluationConfiguration configuration,
            InstantSource clock,
            News news,
            @ConfigProperty(name = "quarkus.application.version", defaultValue = "unknown") String version) {
        this.database = database;
        this.evaluations = evaluations;
        this.parts = parts;
        this.chunks = chunks;
        this.results = results;
        this.computation = computation;
        this.controlPlane = controlPlane;
        this.instance = instance;
        this.lease = configuration.lease();
        this.clock = clock;
        this.version = version;
        this.ear = news.ear();
    }

    public void stop() {
        stopping = true;
        ear.wake();
    }

    /** Until it is stopped. */
    public void run() {
        try {
            while (!stopping) {
                finishAll();
                ear.await(PAUSE);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** So that no other instance begins the same; to be called more often than leases end. */
    public void renew() {
        var id = computing;
        if (id != 0) {
            database.read(connection -> evaluations.claimFinish(connection, id, instance.owner(), lease.toSeconds()));
        }
    }

    private void finishAll() {
        try {
            for (var row : database.read(evaluations::running)) {
                if (!stopping && claimed(row)) {
                    finish(row);
                }
            }
        } catch (DatabaseException e) {
            LOG.warnf("finished evaluations wait: %s", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("finished evaluations wait, by a fault of this service", e);
        }
    }

    private boolean claimed(EvaluationRow row) {
        return database.read(connection -> chunks.complete(connection, row.id())
                && evaluations.claimFinish(connection, row.id(), instance.owner(), lease.toSeconds()));
    }

    private void finish(EvaluationRow row) {
        computing = row.id();
        try {
            controlPlane.computed(row.id(), computed(row));
        } catch (IncompleteException | TaskException e) {
            controlPlane.met(row.id(), new Input.Refused(e.getMessage()));
        } catch (DatabaseException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.errorf(e, "results of evaluation %s cannot be computed", row.name());
            controlPlane.met(
                    row.id(), new Input.Refused("results cannot be computed, by a fault of this service: " + e));
        } finally {
            computing = 0;
        }
    }

    private ControlPlane.Computed computed(EvaluationRow row) {
        var all = database.read(connection -> parts.of(connection, row.id()));
        var found = computation.of(all, hashes -> database.read(connection -> results.find(connection, hashes)));
        var receipt = new Receipt(
                row.name(),
                row.checkpoint() == null ? null : row.checkpoint().run(),
                row.checkpoint() == null ? null : row.checkpoint().step(),
                row.served(),
                row.tokenizerHash(),
                row.settings(),
                found,
                version,
                clock.instant().truncatedTo(ChronoUnit.MILLIS));
        return new ControlPlane.Computed(
                Figures.write(found),
                new String(found.bytes(), UTF_8),
                receipt.seal().toString());
    }
}
