package io.meshtransformer.gateway.completion;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The choices of a request as its steps make them grow: given out piece by piece to a stream, or whole at the end. */
final class ChoiceTexts {
    private final CompletionRequest request;
    private final List<PromptEcho> echoes;
    private final List<List<ChoiceText>> candidates;

    ChoiceTexts(CompletionRequest request) {
        this.request = request;
        this.echoes = request.prompts().stream().map(PromptEcho::new).toList();
        this.candidates = echoes.stream()
                .map(echo -> Stream.generate(() -> new ChoiceText(request, echo))
                        .limit(request.candidates())
                        .toList())
                .toList();
    }

    void add(CompletionStep.Echoed echoed) {
        echoes.get(echoed.prompt()).add(echoed);
    }

    void add(CompletionStep.Token token) {
        candidates.get(token.prompt()).get(token.candidate()).add(token);
    }

    void add(CompletionStep.Finished finished) {
        candidates.get(finished.prompt()).get(finished.candidate()).add(finished);
    }

    /** What came for one choice since it was last taken, empty where a client would not see it. */
    Optional<Choice> take(int prompt, int candidate) {
        var text = candidates.get(prompt).get(candidate);
        return text.isWorthTelling()
                ? Optional.of(text.take(prompt * request.choices() + candidate))
                : Optional.empty();
    }

    /** For each prompt its {@code n} likeliest candidates, by log-probability per token; all, in order, where n are drawn. */
    List<Choice> takeBest() {
        var choices = new ArrayList<Choice>();
        for (var drawn : candidates) {
            var best = request.candidates() == request.choices()
                    ? drawn.stream()
                    : drawn.stream()
                            .sorted(Comparator.comparingDouble(ChoiceText::logprobPerToken)
                                    .reversed());
            best.limit(request.choices()).forEach(text -> choices.add(text.take(choices.size())));
        }
        return choices;
    }
}
