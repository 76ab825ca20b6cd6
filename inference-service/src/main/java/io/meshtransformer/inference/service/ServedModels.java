package io.meshtransformer.inference.service;

import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.RequestRefusedException;
import io.meshtransformer.inference.worker.Job;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The models of this process: the one that it was started for, and published checkpoints beside it, each with a worker
 * and an engine of its own. Requests go to their model's worker; those for a checkpoint that is being loaded wait for
 * it, and those for no model here go to the first model's worker, which refuses them. Thread-safe.
 */
final class ServedModels {

    private final int mostWaiting;
    private final Map<String, Published> published = new LinkedHashMap<>();
    private Serving first;

    /** @param mostWaiting requests that may wait for one checkpoint to be loaded */
    ServedModels(int mostWaiting) {
        this.mostWaiting = mostWaiting;
    }

    /** A checkpoint, on its way to be served. */
    private sealed interface Published {
        /** @param cancelled ids of requests, among them those of other workers */
        record Loading(List<Job> waiting, Set<String> cancelled) implements Published {}

        record Served(Serving serving) implements Published {}

        record Failed(String reason) implements Published {}
    }

    /** The model that this process was started for; before there is one nothing may be submitted. */
    synchronized void begin(Serving serving) {
        first = serving;
    }

    synchronized void submit(Job job) {
        switch (published.get(job.request().model())) {
            case null -> first.submit(job);
            case Published.Failed _ -> first.submit(job);
            case Published.Served(var serving) -> serving.submit(job);
            case Published.Loading loading
            when loading.waiting().size() < mostWaiting -> loading.waiting().add(job);
            case Published.Loading _ -> first.submit(job);
        }
    }

    synchronized void cancel(String requestId) {
        first.cancel(requestId);
        for (var checkpoint : published.values()) {
            switch (checkpoint) {
                case Published.Served(var serving) -> serving.cancel(requestId);
                case Published.Loading(var waiting, var cancelled) -> {
                    if (waiting.stream()
                            .anyMatch(job -> job.request().requestId().equals(requestId))) {
                        cancelled.add(requestId);
                    }
                }
                case Published.Failed _ -> {}
            }
        }
    }

    /** Requests for this checkpoint wait from now on, as those do that wait already. */
    synchronized void load(String name) {
        published.compute(
                name,
                (_, before) -> before instanceof Published.Loading
                        ? before
                        : new Published.Loading(new ArrayList<>(), new HashSet<>()));
    }

    /** A checkpoint is loaded, its worker has started: it gets what waited for it. */
    synchronized void loaded(Serving serving) {
        if (published.put(serving.name(), new Published.Served(serving))
                instanceof Published.Loading(var waiting, var cancelled)) {
            cancelled.forEach(serving::cancel);
            waiting.forEach(serving::submit);
        }
    }

    /** A checkpoint can't be loaded; whoever asks for it is told. */
    synchronized void failed(String name, String reason) {
        if (published.put(name, new Published.Failed(reason)) instanceof Published.Loading loading) {
            loading.waiting().forEach(first::submit);
        }
    }

    /** A checkpoint is not offered any more. @return its serving, to which nothing is submitted after this */
    synchronized Optional<Serving> withdraw(String name) {
        return switch (published.remove(name)) {
            case null -> Optional.empty();
            case Published.Failed _ -> Optional.empty();
            case Published.Served(var serving) -> {
                serving.identification().stop().forEach(first::submit);
                yield Optional.of(serving);
            }
            case Published.Loading loading -> {
                loading.waiting().forEach(first::submit);
                yield Optional.empty();
            }
        };
    }

    /** What is said to a request that came to the first model's worker and is for another. */
    synchronized RequestRefusedException refusal(String asked) {
        return switch (published.get(asked)) {
            case null ->
                new RequestRefusedException(
                        FailureCode.MODEL_NOT_FOUND,
                        "the model '%s' is not served here; served: %s".formatted(asked, String.join(", ", names())),
                        "model");
            case Published.Failed(var reason) ->
                new RequestRefusedException(
                        FailureCode.MODEL_NOT_FOUND,
                        "the model '%s' was published, but cannot be served: %s".formatted(asked, reason),
                        "model");
            case Published.Loading loading ->
                new RequestRefusedException(
                        FailureCode.OVERLOADED,
                        "the model '%s' is being loaded, and %d requests wait for it already"
                                .formatted(asked, loading.waiting().size()),
                        "model");
            case Published.Served _ ->
                new RequestRefusedException(
                        FailureCode.OVERLOADED, "the model '%s' was being loaded".formatted(asked), "model");
        };
    }

    private List<String> names() {
        return servings().map(Serving::name).toList();
    }

    private Stream<Serving> servings() {
        var others = published.values().stream()
                .flatMap(checkpoint ->
                        checkpoint instanceof Published.Served(var serving) ? Stream.of(serving) : Stream.empty());
        return Stream.concat(Stream.ofNullable(first), others);
    }

    /** The first model's, then those of checkpoints. */
    synchronized List<Serving> all() {
        return servings().toList();
    }

    /** Why this process is of no more use, or null. */
    synchronized String trouble() {
        return servings()
                .map(serving -> serving.worker().trouble())
                .filter(trouble -> trouble != null)
                .findFirst()
                .orElse(null);
    }
}
