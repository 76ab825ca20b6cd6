package io.meshtransformer.inference.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.RequestRefusedException;
import io.meshtransformer.contracts.ServedModel;
import io.meshtransformer.files.Sha256;
import io.meshtransformer.gptj.ModelHash;
import io.meshtransformer.inference.RequestTasks;
import io.meshtransformer.inference.engine.LoadedModel;
import io.meshtransformer.inference.engine.Provenance;
import io.meshtransformer.inference.worker.Job;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Finds out who answers for a model, once, on a thread of its own, while the model is served already: its files are
 * hashed. Requests that ask for it, or for one identity, wait until it is known. Where files can't be read such requests
 * are refused, and later ones try again. Thread-safe.
 */
final class Identification implements RequestTasks.Identity {

    private static final Logger LOG = Logger.getLogger(Identification.class);

    private final String model;
    private final String version;
    private final int contextLength;
    private final int vocabularySize;
    private final Provenance provenance;
    private final int mostWaiting;

    private final List<Job> waiting = new ArrayList<>();
    private final Set<String> cancelled = new HashSet<>();
    private Target target;
    private Thread hashing;
    private ServedModel served;
    private String reason;

    /** Who does what the requests ask for: the model's worker. */
    record Target(Consumer<Job> submit, Consumer<String> cancel) {}

    /**
     * @param version of this software
     * @param mostWaiting requests that may wait at once
     */
    Identification(String model, LoadedModel loaded, String version, int mostWaiting) {
        this.model = model;
        this.version = version;
        this.mostWaiting = mostWaiting;
        contextLength = loaded.engine().config().contextLength();
        vocabularySize = loaded.engine().config().vocabularySize();
        provenance = loaded.provenance();
    }

    /** @param who gets requests that have waited */
    synchronized void start(Target who) {
        target = who;
        hash();
    }

    private void hash() {
        reason = null;
        hashing = Thread.ofPlatform().name("model-hash").daemon().start(() -> {
            try {
                known(ModelHash.of(provenance.files()));
            } catch (IOException | RuntimeException e) {
                failed(e);
            }
        });
    }

    private synchronized void known(String modelHash) {
        served = new ServedModel(
                model,
                identity(modelHash, provenance),
                modelHash,
                provenance.engine(),
                provenance.dtype(),
                version,
                contextLength,
                vocabularySize);
        LOG.infof("'%s' has the hash %s", model, modelHash);
        release();
    }

    private static String identity(String modelHash, Provenance provenance) {
        var text = modelHash + "\n" + provenance.engine() + "\n" + provenance.dtype() + "\n";
        return Sha256.of(text.getBytes(UTF_8));
    }

    private synchronized void failed(Exception cause) {
        if (hashing == null) {
            return;
        }
        LOG.errorf(cause, "the files of '%s' cannot be hashed", model);
        reason = cause.toString();
        release();
    }

    private void release() {
        hashing = null;
        cancelled.forEach(target.cancel());
        cancelled.clear();
        waiting.forEach(target.submit());
        waiting.clear();
    }

    /** Keeps a request for later, if it must and may wait. @return whether it does */
    synchronized boolean keeps(Job job) {
        if (served != null || !RequestTasks.needsIdentity(job.request()) || waiting.size() >= mostWaiting) {
            return false;
        }
        if (reason != null) {
            hash();
        }
        return waiting.add(job);
    }

    /** A request may be among those that wait, or not. */
    synchronized void cancel(String requestId) {
        if (waiting.stream().anyMatch(job -> job.request().requestId().equals(requestId))) {
            cancelled.add(requestId);
        }
    }

    @Override
    public synchronized ServedModel served() throws RequestRefusedException {
        if (served != null) {
            return served;
        }
        if (reason != null) {
            throw new RequestRefusedException(
                    FailureCode.MODEL_NOT_FOUND,
                    "the model '%s' can't be told from others, for its files can't be read any more: %s"
                            .formatted(model, reason),
                    "model");
        }
        throw new RequestRefusedException(
                FailureCode.OVERLOADED,
                "the files of the model '%s' are being hashed, and %d requests wait for that already"
                        .formatted(model, waiting.size()),
                "model");
    }

    /** Ends it. @return requests that still wait */
    synchronized List<Job> stop() {
        if (hashing != null) {
            hashing.interrupt();
            hashing = null;
        }
        var left = List.copyOf(waiting);
        waiting.clear();
        return left;
    }
}
