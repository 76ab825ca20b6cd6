package io.meshtransformer.inference;

import io.meshtransformer.contracts.AnswerEvent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Two runs of a request, compared. */
final class Answers {

    private Answers() {}

    /** What a requester makes of the events: how they are spread over steps does not count. */
    static List<Object> of(List<AnswerEvent> events) {
        var answers = new ArrayList<Object>();
        for (var event : events) {
            switch (event) {
                case AnswerEvent.PromptEchoed run -> answers.addAll(run.tokens());
                case AnswerEvent.TokenGenerated token -> answers.add(token);
                case AnswerEvent.ChoiceFinished choice -> answers.add(choice);
                case AnswerEvent.GenerationCompleted end -> answers.add(end);
                case AnswerEvent.ScoreCompleted end -> answers.add(end);
                case AnswerEvent.Failed failed -> answers.add(failed);
                case AnswerEvent.Tokenized _,
                        AnswerEvent.Detokenized _,
                        AnswerEvent.ModelsDescribed _,
                        AnswerEvent.RunsDescribed _,
                        AnswerEvent.RunHistory _,
                        AnswerEvent.ModelServed _,
                        AnswerEvent.EvaluationsDescribed _,
                        AnswerEvent.EvaluationDocuments _,
                        AnswerEvent.EvaluationRebuilt _,
                        AnswerEvent.ReceiptVerified _,
                        AnswerEvent.TasksDescribed _ -> throw new AssertionError(event);
            }
        }
        // Choices advance side by side; each one's own order is kept by a stable sort.
        answers.sort(Comparator.comparingInt(Answers::choice));
        return answers;
    }

    private static int choice(Object answer) {
        return switch (answer) {
            case AnswerEvent.TokenGenerated token -> token.choice();
            case AnswerEvent.ChoiceFinished choice -> choice.choice();
            case AnswerEvent event when event.terminal() -> Integer.MAX_VALUE;
            default -> -1;
        };
    }
}
