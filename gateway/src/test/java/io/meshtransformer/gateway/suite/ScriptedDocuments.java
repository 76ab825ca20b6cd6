package io.meshtransformer.gateway.suite;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.EvaluatedDocument;
import io.meshtransformer.contracts.EvaluatedDocument.Choice;
import io.meshtransformer.contracts.EvaluatedDocument.View;
import io.meshtransformer.contracts.EvaluationCommand;
import io.meshtransformer.contracts.EvaluationProtocol;
import io.meshtransformer.contracts.TaskDescription;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Tasks and documents as eval-service would tell of them. */
final class ScriptedDocuments {
    private static final List<String> GOALS = List.of(
            "How do you keep a paper boat dry?",
            "To loosen a jar's lid,",
            "How can a cellar without a window be aired on a day without wind, when neither a fan nor a pump is at hand?",
            "To find a north wall,");
    private static final List<List<String>> SOLUTIONS = List.of(
            List.of("Rub it with candle wax.", "Rub it with bread."),
            List.of("hold it under warm water.", "hold it under a lamp."),
            List.of("Open the door and the hatch and let warm air rise.", "Close both."),
            List.of("look where moss grows.", "look where paint fades."));
    private static final List<String> STORIES = List.of(
            "Lily had a red kite. On Sunday she ran up the hill with her brother, and the wind took the string out of her hand. \"Come back!\" she cried, but nobody can call back a",
            "The fox lived below the old mill. Every evening it listened to the water, and every evening the water said the same thing to the",
            "Tom’s grandfather mended clocks. He said that a clock is never wrong for long: twice a day even a broken one is",
            "It rained for three days. The ducks were glad, the hens were not, and the farmer wrote it all down in his");
    private static final List<String> WORDS = List.of(" kite", " fox", " right", " book");

    private ScriptedDocuments() {}

    static AnswerEvent tasks(String id) {
        return new AnswerEvent.TasksDescribed(
                id,
                List.of(
                        task("arc_easy", "multiple_choice", List.of("acc", "acc_norm"), 50L, true),
                        task("lambada_openai", "loglikelihood", List.of("perplexity", "acc"), 5153L, false),
                        task("piqa", "multiple_choice", List.of("acc", "acc_norm"), 1838L, false),
                        task("sciq", "multiple_choice", List.of("acc", "acc_norm"), null, false),
                        task("winogrande", "multiple_choice", List.of("acc"), 1267L, false)));
    }

    private static TaskDescription task(
            String name, String kind, List<String> metrics, Long documents, boolean excerpt) {
        var data = documents == null ? null : "data/" + name + ".jsonl";
        return new TaskDescription(
                name,
                "1.0",
                kind,
                "5e".repeat(32),
                metrics,
                data,
                documents,
                excerpt,
                "https://example.org/" + name,
                "MIT");
    }

    static AnswerEvent.EvaluationDocuments read(EvaluationCommand.ReadDocuments read, ScriptedEvaluation evaluation) {
        var protocols = evaluation.settings().protocols();
        var all = IntStream.range(0, evaluation.judged())
                .mapToObj(index -> document(read.task(), index, protocols))
                .filter(document -> !read.differing() || differs(document))
                .toList();
        return new AnswerEvent.EvaluationDocuments(
                read.requestId(),
                read.evaluation(),
                read.task(),
                all.size(),
                all.stream()
                        .filter(document -> document.index() >= read.from())
                        .limit(read.limit())
                        .toList());
    }

    private static boolean differs(EvaluatedDocument document) {
        return document.views().stream()
                        .map(view -> view.metrics().get("acc"))
                        .distinct()
                        .count()
                > 1;
    }

    private static EvaluatedDocument document(String task, int index, List<EvaluationProtocol> protocols) {
        return new EvaluatedDocument(
                index,
                "%064x".formatted(index * 7919L + 17),
                protocols.stream().map(protocol -> view(task, index, protocol)).toList(),
                protocols.size() < 2
                        ? List.of()
                        : List.of(
                                "mtj-2021 puts <|endoftext|> before the context: 1 token more.",
                                "mtj-2021 writes U+2019 as an apostrophe: 2 tokens fewer.",
                                "mtj-2021 encodes context and continuation apart; here the token ids are the same."));
    }

    private static View view(String task, int index, EvaluationProtocol protocol) {
        var old = protocol == EvaluationProtocol.MTJ_2021;
        var prefix = old ? "<|endoftext|>" : "";
        var place = index % 4;
        var wobble = Math.sin(index * 12.9898 + (old ? 0.7 : 0));
        if (task.equals("lambada_openai")) {
            var logprob = -1.9 + 1.8 * wobble;
            var greedy = logprob > -2;
            return new View(
                    protocol,
                    List.of(prefix + STORIES.get(place)),
                    List.of(new Choice(0, WORDS.get(place), 1 + place % 2, logprob, greedy)),
                    null,
                    WORDS.get(place),
                    Map.of("perplexity", Math.exp(-logprob), "acc", greedy ? 1.0 : 0.0));
        }
        var solutions = SOLUTIONS.get(place);
        var scores = List.of(-14.2 + 3 * wobble, -14.6 - 3 * wobble);
        var right = scores.get(0) > scores.get(1);
        return new View(
                protocol,
                List.of(prefix + "Question: " + GOALS.get(place) + "\nAnswer:"),
                List.of(
                        new Choice(0, " " + solutions.get(0), 6, scores.get(0), false),
                        new Choice(0, " " + solutions.get(1), 5, scores.get(1), false)),
                0,
                null,
                Map.of("acc", right ? 1.0 : 0.0, "acc_norm", right ? 1.0 : 0.0));
    }
}
