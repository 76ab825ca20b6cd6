package io.meshtransformer.tokenizer.service;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.InferenceRequest;
import io.meshtransformer.contracts.PromptRequest;
import io.meshtransformer.tokenizer.service.prompt.Outcome;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Counts requests by kind and outcome, tokens, and the time each request took here. */
@ApplicationScoped
public class PromptMetrics {
    private final MeterRegistry registry;

    public PromptMetrics(MeterRegistry registry, Workers workers) {
        this.registry = registry;
        Gauge.builder("mtj.tokenizer.requests.running", workers, Workers::running)
                .description("Requests worked on now")
                .register(registry);
    }

    void record(PromptRequest request, Outcome outcome, long nanos) {
        var kind = kind(request);
        registry.counter("mtj.tokenizer.requests", "kind", kind, "outcome", name(outcome))
                .increment();
        registry.counter("mtj.tokenizer.tokens", "kind", kind).increment(tokens(request, outcome));
        registry.timer("mtj.tokenizer.request.duration", "kind", kind).record(nanos, TimeUnit.NANOSECONDS);
    }

    private static String kind(PromptRequest request) {
        return switch (request) {
            case PromptRequest.Complete _ -> "complete";
            case PromptRequest.Score _ -> "score";
            case PromptRequest.Tokenize _ -> "tokenize";
            case PromptRequest.Detokenize _ -> "detokenize";
            case PromptRequest.DescribeModels _ -> "describe-models";
        };
    }

    private static String name(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Forward _ -> "forwarded";
            case Outcome.Answer(AnswerEvent.Failed failed) ->
                failed.code().name().toLowerCase(Locale.ROOT);
            case Outcome.Answer _ -> "answered";
        };
    }

    /** Of prompts, contexts and continuations that were accepted. */
    private static long tokens(PromptRequest request, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Forward(var _, InferenceRequest.Generate generate) ->
                generate.promptIds().size();
            case Outcome.Forward(var _, InferenceRequest.Score score) ->
                score.contextIds().size()
                        + score.continuations().stream()
                                .mapToLong(continuation -> continuation.size())
                                .sum();
            case Outcome.Forward(var _, InferenceRequest.Describe _) -> 0;
            case Outcome.Answer(AnswerEvent.Tokenized tokenized) ->
                tokenized.ids().size();
            case Outcome.Answer(AnswerEvent.Detokenized _)
            when request instanceof PromptRequest.Detokenize asked ->
                asked.ids().size();
            case Outcome.Answer _ -> 0;
        };
    }
}
