package io.meshtransformer.gateway.completion;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.Usage;
import io.meshtransformer.gateway.completion.CompletionId.PromptRun;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A completions request as its answers come in: events of the log in, steps out.
 *
 * <p>A worker that dies leaves its requests to another, which runs them from the beginning: the same events come again,
 * perhaps cut differently, perhaps mixed with late ones of the first. What was there before is dropped; a hole, which
 * only lost records can make, fails the request. Fed the same events it gives the same steps, so that any gateway
 * rebuilds it from the log. Not for several threads.
 */
public final class CompletionStream {
    private final PromptProgress[] prompts;
    private boolean ended;

    /**
     * @param prompts how many
     * @param candidates per prompt
     */
    public CompletionStream(int prompts, int candidates) {
        this.prompts = IntStream.range(0, prompts)
                .mapToObj(prompt -> new PromptProgress(prompt, candidates))
                .toArray(PromptProgress[]::new);
    }

    /** @return what is new, empty for an event that was there before */
    public Optional<CompletionStep> accept(PromptRun source, AnswerEvent event) {
        if (ended || source.prompt() >= prompts.length) {
            return Optional.empty();
        }
        var prompt = prompts[source.prompt()];
        prompt.sawRun(source.run());
        var step =
                switch (event) {
                    case AnswerEvent.PromptEchoed echoed -> prompt.echoed(echoed);
                    case AnswerEvent.TokenGenerated token -> prompt.token(token);
                    case AnswerEvent.ChoiceFinished finished -> prompt.finished(finished);
                    case AnswerEvent.GenerationCompleted completed -> completed(prompt, completed.usage());
                    case AnswerEvent.Failed failed -> prompt.failed(source.run(), failed);
                    case AnswerEvent.ScoreCompleted _,
                            AnswerEvent.Tokenized _,
                            AnswerEvent.Detokenized _,
                            AnswerEvent.ModelsDescribed _,
                            AnswerEvent.RunsDescribed _,
                            AnswerEvent.RunHistory _,
                            AnswerEvent.ModelServed _,
                            AnswerEvent.EvaluationsDescribed _,
                            AnswerEvent.EvaluationDocuments _,
                            AnswerEvent.EvaluationRebuilt _,
                            AnswerEvent.ReceiptVerified _,
                            AnswerEvent.TasksDescribed _ ->
                        Optional.<CompletionStep>of(PromptProgress.lost(source.prompt(), "an answer of another kind"));
                };
        ended = step.filter(CompletionStream::last).isPresent();
        return step;
    }

    /** Whether nothing more will come: completed or failed. */
    public boolean ended() {
        return ended;
    }

    /** The prompts that workers still work on, each with its latest run. */
    public Stream<PromptRun> running() {
        return Stream.of(prompts)
                .filter(prompt -> !prompt.over())
                .map(prompt -> new PromptRun(prompt.prompt(), prompt.run()));
    }

    /** The prompts whose latest run was cancelled. */
    public Stream<Integer> cancelled() {
        return Stream.of(prompts)
                .filter(prompt -> prompt.cancelled() && !prompt.completed())
                .map(PromptProgress::prompt);
    }

    /** Starts another run of a cancelled prompt: the run to ask for, whose events are expected from now on. */
    public PromptRun runAgain(int prompt) {
        var run = prompts[prompt].run() + 1;
        prompts[prompt].sawRun(run);
        return new PromptRun(prompt, run);
    }

    private Optional<CompletionStep> completed(PromptProgress prompt, Usage usage) {
        return prompt.completed(usage).or(() -> {
            if (!Stream.of(prompts).allMatch(PromptProgress::completed)) {
                return Optional.empty();
            }
            return Optional.of(new CompletionStep.Completed(new Usage(
                    Stream.of(prompts)
                            .mapToInt(each -> each.usage().promptTokens())
                            .sum(),
                    Stream.of(prompts)
                            .mapToInt(each -> each.usage().completionTokens())
                            .sum())));
        });
    }

    private static boolean last(CompletionStep step) {
        return switch (step) {
            case CompletionStep.Completed _, CompletionStep.Failed _ -> true;
            case CompletionStep.Echoed _,
                    CompletionStep.Token _,
                    CompletionStep.Finished _,
                    CompletionStep.Cancelled _ -> false;
        };
    }
}
