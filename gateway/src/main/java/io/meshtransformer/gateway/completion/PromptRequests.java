package io.meshtransformer.gateway.completion;

import io.meshtransformer.contracts.GenerationOptions;
import io.meshtransformer.contracts.Priority;
import io.meshtransformer.contracts.Prompt;
import io.meshtransformer.contracts.PromptRequest;
import io.meshtransformer.contracts.Sampling;
import io.meshtransformer.gateway.completion.CompletionId.PromptRun;
import java.time.Instant;

/** What a completions request asks of the suite: one request per prompt, the same tokens in every run. */
record PromptRequests(CompletionId id, CompletionRequest request, Instant deadline) {
    String requestId(PromptRun run) {
        return id.requestId(run.prompt(), run.run());
    }

    PromptRequest of(PromptRun run) {
        var prompt = request.prompts().get(run.prompt());
        var options = request.options();
        return new PromptRequest.Complete(
                requestId(run),
                request.model(),
                Priority.INTERACTIVE,
                prompt,
                new GenerationOptions(
                        options.maxTokens(),
                        request.candidates(),
                        seeded(options.sampling(), request.seed().orElse(id.seed(run.prompt()))),
                        options.stop(),
                        options.logprobs(),
                        options.echo() || tellsUnknownIds(prompt),
                        options.ignoreEos()),
                deadline);
    }

    /** The ids of a text are known to whoever tokenises it: its echo brings them. */
    private boolean tellsUnknownIds(Prompt prompt) {
        return request.returnTokenIds() && prompt.ids() == null;
    }

    private static Sampling seeded(Sampling sampling, long seed) {
        return new Sampling(
                sampling.temperature(),
                sampling.topK(),
                sampling.topP(),
                sampling.minP(),
                sampling.repetitionPenalty(),
                sampling.presencePenalty(),
                sampling.frequencyPenalty(),
                sampling.logitBias(),
                seed);
    }
}
