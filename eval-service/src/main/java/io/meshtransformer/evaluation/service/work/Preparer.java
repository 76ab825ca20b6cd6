package io.meshtransformer.evaluation.service.work;

import io.meshtransformer.contracts.EvaluationProtocol;
import io.meshtransformer.evaluation.protocol.Protocol;
import io.meshtransformer.evaluation.protocol.ReadingModel;
import io.meshtransformer.evaluation.request.PreparedDocument;
import io.meshtransformer.evaluation.service.control.ControlPlane;
import io.meshtransformer.evaluation.service.control.EvaluationConfiguration;
import io.meshtransformer.evaluation.service.control.Instance;
import io.meshtransformer.evaluation.service.control.News;
import io.meshtransformer.evaluation.service.evaluation.Input;
import io.meshtransformer.evaluation.service.store.ChunkStore;
import io.meshtransformer.evaluation.service.store.ChunkStore.Claim;
import io.meshtransformer.evaluation.service.store.Database;
import io.meshtransformer.evaluation.service.store.Database.DatabaseException;
import io.meshtransformer.evaluation.service.store.DocumentStore;
import io.meshtransformer.evaluation.service.store.EvaluationRow;
import io.meshtransformer.evaluation.service.store.EvaluationStore;
import io.meshtransformer.evaluation.service.store.IdentityStore;
import io.meshtransformer.evaluation.service.store.PartRow;
import io.meshtransformer.evaluation.service.store.RefusalStore;
import io.meshtransformer.evaluation.service.store.ResultStore;
import io.meshtransformer.evaluation.task.Task;
import io.meshtransformer.evaluation.task.Task.FewShot;
import io.meshtransformer.evaluation.task.TaskException;
import io.meshtransformer.serving.OfferedModel;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Claims chunks and makes documents into requests, a chunk ahead of those who ask: texts into ids are work, and so are as
 * many threads as {@code mtj.evaluation.preparers}.
 */
@Singleton
public final class Preparer {
    private static final Logger LOG = Logger.getLogger(Preparer.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Database database;
    private final EvaluationStore evaluations;
    private final ChunkStore chunks;
    private final DocumentStore documents;
    private final ResultStore results;
    private final RefusalStore refusals;
    private final IdentityStore identities;
    private final Tasks tasks;
    private final Models models;
    private final Asking asking;
    private final ControlPlane controlPlane;
    private final Instance instance;
    private final Duration lease;
    private final News news;
    private volatile boolean stopping;

    Preparer(
            Database database,
            EvaluationStore evaluations,
            ChunkStore chunks,
            DocumentStore documents,
            ResultStore results,
            RefusalStore refusals,
            IdentityStore identities,
            Tasks tasks,
            Models models,
            Asking asking,
            ControlPlane controlPlane,
            Instance instance,
            EvaluationConfiguration configuration,
            News news) {
        this.database = database;
        this.evaluations = evaluations;
        this.chunks = chunks;
        this.documents = documents;
        this.results = results;
        this.refusals = refusals;
        this.identities = identities;
        this.tasks = tasks;
        this.models = models;
        this.asking = asking;
        this.controlPlane = controlPlane;
        this.instance = instance;
        this.lease = configuration.lease();
        this.news = news;
    }

    public void stop() {
        stopping = true;
        news.evaluationsChanged();
    }

    /** Until it is stopped; several threads may. */
    public void run() {
        var ear = news.ear();
        try {
            while (!stopping) {
                if (!prepareOne()) {
                    ear.await(PAUSE);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return whether there was one */
    private boolean prepareOne() throws InterruptedException {
        try {
            var running = database.read(evaluations::running);
            // The one that this instance works on least comes first.
            var counts = asking.chunksOf();
            var order = running.stream()
                    .sorted((one, other) ->
                            Integer.compare(counts.getOrDefault(one.id(), 0), counts.getOrDefault(other.id(), 0)))
                    .toList();
            for (var evaluation : order) {
                var claim =
                        database.read(connection -> chunks.claim(connection, evaluation.id(), instance.owner(), lease));
                if (claim.isPresent()) {
                    work(evaluation, claim.get());
                    return true;
                }
            }
            return false;
        } catch (DatabaseException e) {
            LOG.warnf("documents wait: %s", e.getMessage());
            return false;
        } catch (RuntimeException e) {
            LOG.error("documents wait, by a fault of this service", e);
            return false;
        }
    }

    private void work(EvaluationRow evaluation, Claim claim) throws InterruptedException {
        asking.hold(claim.key());
        try {
            var open = open(evaluation, claim);
            if (open.isPresent()) {
                asking.add(open.get());
                return;
            }
        } catch (DatabaseException e) {
            // Its lease ends by itself.
            asking.letGo(claim.key());
            throw e;
        }
        asking.letGo(claim.key());
        database.change(connection -> chunks.release(connection, List.of(claim.key()), instance.owner()));
    }

    /** Empty where it can't be: then the evaluation knows why. */
    private Optional<OpenChunk> open(EvaluationRow evaluation, Claim claim) {
        var part = claim.part();
        try {
            var model = models.named(evaluation.settings().model());
            if (model.isEmpty() || !model.get().tokenizerHash().equals(Optional.of(evaluation.tokenizerHash()))) {
                // Whoever is asked what answers now finds out whether this is so for good.
                controlPlane.met(evaluation.id(), new Input.ModelChanged());
                return Optional.empty();
            }
            return Optional.of(prepared(evaluation, claim, required(part), model.get()));
        } catch (TaskException e) {
            controlPlane.met(evaluation.id(), new Input.Refused(e.getMessage()));
        } catch (DatabaseException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.errorf(e, "documents [%d, %d) of %s cannot be prepared", claim.first(), claim.last(), part.task());
            controlPlane.met(
                    evaluation.id(),
                    new Input.Refused("documents " + claim.first() + " to " + (claim.last() - 1) + " of '" + part.task()
                            + "' cannot be prepared, by a fault of this service: " + e));
        }
        return Optional.empty();
    }

    /** @throws TaskException if it is another than when the evaluation was made */
    private Task required(PartRow part) {
        var task = tasks.begun(part.task(), part.taskHash());
        if (!task.hash().equals(part.taskHash()) || !task.dataHash().equals(part.dataHash())) {
            throw new TaskException.DataUnavailable(
                    "the task '" + part.task() + "' is another than when the evaluation began: its "
                            + (task.hash().equals(part.taskHash()) ? "documents" : "definition")
                            + " changed; another name makes another evaluation",
                    null);
        }
        return task;
    }

    private OpenChunk prepared(EvaluationRow evaluation, Claim claim, Task task, OfferedModel model) {
        var part = claim.part();
        var served = evaluation.served();
        var reading = new ReadingModel(model.tokenizer().orElseThrow(), served.contextLength(), model.prefixId());
        var fewShot = new FewShot(part.fewShot(), evaluation.settings().fewShotSeed());
        var judged = database.read(connection -> documents.indices(connection, part.id(), claim.first(), claim.last()));
        var open = new ArrayList<OpenDocument>();
        try (var all = task.prepare(protocol(part.protocol()), reading, fewShot, claim.first(), claim.last())) {
            all.filter(document -> !judged.contains(document.index()))
                    .map(document ->
                            new OpenDocument(document, hashes(document, served.identity(), evaluation.tokenizerHash())))
                    .forEach(open::add);
        }
        var source =
                database.read(connection -> identities.of(connection, served.identity(), evaluation.tokenizerHash()));
        lookUp(claim, open);
        return new OpenChunk(evaluation, claim, source, open);
    }

    private static List<String> hashes(PreparedDocument document, String identity, String tokenizerHash) {
        return document.requests().stream()
                .map(request -> request.hash(identity, tokenizerHash))
                .toList();
    }

    /** What was answered before, or another document asks too, is not asked. */
    private void lookUp(Claim claim, List<OpenDocument> open) {
        var wanted = new HashSet<String>();
        open.forEach(document -> wanted.addAll(document.hashes()));
        int requests =
                open.stream().mapToInt(document -> document.hashes().size()).sum();
        var found = database.read(connection -> {
            var answers = results.find(connection, wanted);
            // What a model said of them at another time is of no interest.
            refusals.take(connection, wanted);
            int asked = wanted.size() - answers.size();
            if (chunks.prepared(connection, claim.key(), requests - asked, asked)) {
                asking.count(requests - asked, asked);
            }
            return answers;
        });
        open.forEach(document -> document.take(found));
    }

    public static Protocol protocol(EvaluationProtocol protocol) {
        return switch (protocol) {
            case HARNESS -> Protocol.HARNESS;
            case MTJ_2021 -> Protocol.MTJ_2021;
        };
    }
}
