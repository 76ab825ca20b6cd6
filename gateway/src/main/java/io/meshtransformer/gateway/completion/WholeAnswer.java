package io.meshtransformer.gateway.completion;

import io.meshtransformer.contracts.Usage;
import io.meshtransformer.gateway.error.ApiException;
import java.time.Duration;
import java.util.function.Consumer;

/** Waits for all of a request's completions and writes them as one response. */
final class WholeAnswer {
    /** Longer than any request lasts: its deadline comes before. */
    static final Duration FOR_EVER = Duration.ofDays(1);

    private WholeAnswer() {}

    /**
     * @param onUsage is told what the answer took
     * @throws ApiException if the request fails
     */
    static byte[] of(CompletionCall call, Consumer<Usage> onUsage) throws InterruptedException {
        var texts = new ChoiceTexts(call.request());
        while (true) {
            var told = call.next(FOR_EVER);
            if (told.isEmpty()) {
                continue;
            }
            switch (told.get().step()) {
                case CompletionStep.Echoed echoed -> texts.add(echoed);
                case CompletionStep.Token token -> texts.add(token);
                case CompletionStep.Finished finished -> texts.add(finished);
                case CompletionStep.Completed(var usage) -> {
                    onUsage.accept(usage);
                    return new CompletionWriter(call.id(), call.request()).response(texts.takeBest(), usage);
                }
                case CompletionStep.Cancelled _, CompletionStep.Failed _ ->
                    throw new IllegalStateException("a call throws what ends it: " + told);
            }
        }
    }
}
