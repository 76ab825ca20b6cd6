package io.meshtransformer.inference.generation;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.GenerationOptions;
import io.meshtransformer.contracts.InferenceRequest;
import io.meshtransformer.contracts.RequestRefusedException;
import io.meshtransformer.gptj.engine.InferenceEngine;
import io.meshtransformer.inference.scheduler.Capacity;
import io.meshtransformer.inference.scheduler.SequenceFamily;
import io.meshtransformer.inference.scheduler.Task;
import io.meshtransformer.inference.text.TokenTexts;
import io.meshtransformer.inference.validation.RequestRules;
import java.util.stream.IntStream;

/** Checks generate requests and makes their tasks. */
public final class Generations {

    private static final int MOST_CHOICES = 128;
    /** So many alternatives per token keep the answers of one step within a record. */
    private static final int MOST_ALTERNATIVES = 100;

    private final InferenceEngine engine;
    private final TokenTexts texts;
    private final TokenChoice.Factory choosers;
    private final RequestRules rules;

    public Generations(InferenceEngine engine, TokenTexts texts, TokenChoice.Factory choosers, RequestRules rules) {
        this.engine = requireNonNull(engine, "engine is null");
        this.texts = requireNonNull(texts, "texts is null");
        this.choosers = requireNonNull(choosers, "choosers is null");
        this.rules = requireNonNull(rules, "rules is null");
    }

    public Task create(InferenceRequest.Generate request, Capacity.Share share) throws RequestRefusedException {
        var options = request.options();
        var prompt = request.promptIds().toArray();
        // The last token drawn is never read.
        var longestBranch = Math.max(0, options.maxTokens() - 1);
        rules.knownIds(request.promptIds(), "prompt");
        rules.fitsContext(prompt.length, options.maxTokens(), "max_tokens");
        rules.fitsMemory(prompt.length + longestBranch, share.capacity());
        check(options);
        var echo = options.echo()
                ? new PromptEcho(request.requestId(), request.promptIds(), options.logprobs(), texts)
                : null;
        var eosTokenId = engine.config().eosTokenId();
        var choices = IntStream.range(0, options.choices())
                .mapToObj(number -> {
                    var chooser = choosers.create(options.sampling(), number);
                    return new Choice(request.requestId(), prompt, number, options, eosTokenId, texts, chooser);
                })
                .toList();
        return new Generation(
                request.requestId(),
                prompt,
                options.maxTokens(),
                engine.config().vocabularySize(),
                new SequenceFamily(engine, share, prompt.length, longestBranch),
                echo,
                choices);
    }

    private void check(GenerationOptions options) throws RequestRefusedException {
        for (var id : options.sampling().logitBias().keySet()) {
            rules.knownId(id, "logit_bias");
        }
        if (options.maxTokens() == 0 && !options.echo()) {
            throw RequestRefusedException.invalid(
                    "'max_tokens' is 0, which makes sense with 'echo' alone", "max_tokens");
        }
        if (options.choices() > MOST_CHOICES) {
            throw RequestRefusedException.invalid(
                    "'n' is " + options.choices() + ", it must be at most " + MOST_CHOICES, "n");
        }
        if (options.logprobs() != null && options.logprobs() > MOST_ALTERNATIVES) {
            throw RequestRefusedException.invalid(
                    "'logprobs' is " + options.logprobs() + ", it must be at most " + MOST_ALTERNATIVES, "logprobs");
        }
        if (!options.stop().isEmpty() && !texts.available()) {
            throw new RequestRefusedException(
                    FailureCode.TOKENIZER_UNAVAILABLE,
                    "the model '" + rules.model() + "' has no tokenizer, so it cannot look for 'stop' texts",
                    "stop");
        }
    }
}
