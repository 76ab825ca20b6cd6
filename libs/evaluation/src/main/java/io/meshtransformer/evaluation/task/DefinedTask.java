package io.meshtransformer.evaluation.task;

import io.meshtransformer.evaluation.metric.Judgement;
import io.meshtransformer.evaluation.metric.MetricDefinition;
import io.meshtransformer.evaluation.protocol.Encoding;
import io.meshtransformer.evaluation.protocol.Protocol;
import io.meshtransformer.evaluation.protocol.ReadingModel;
import io.meshtransformer.evaluation.protocol.UnaskableException;
import io.meshtransformer.evaluation.request.ModelRequest;
import io.meshtransformer.evaluation.request.PreparedDocument;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** A task of a definition and documents. */
final class DefinedTask implements Task {
    private final TaskDefinition definition;
    private final DataFinder.Found data;
    private final int documents;
    private final Supplier<Documents> examples;
    private final Questioner questioner;
    private final Map<FewShot, FewShotExamples> samplers = new ConcurrentHashMap<>();

    /**
     * @param documents first ones that count
     * @param examples where those of few-shot prompts are
     */
    DefinedTask(TaskDefinition definition, DataFinder.Found data, int documents, Supplier<Documents> examples) {
        this.definition = definition;
        this.data = data;
        this.documents = documents;
        this.examples = examples;
        this.questioner = new Questioner(definition);
    }

    @Override
    public String name() {
        return definition.name();
    }

    @Override
    public String version() {
        return definition.version();
    }

    @Override
    public String hash() {
        return definition.hash();
    }

    @Override
    public String kind() {
        return definition.kind().label();
    }

    @Override
    public List<MetricDefinition> metrics() {
        return definition.metrics().stream()
                .map(name -> MetricDefinition.named(name).orElseThrow())
                .toList();
    }

    @Override
    public int fewShot() {
        return definition.examples().number();
    }

    @Override
    public int documents() {
        return documents;
    }

    @Override
    public String dataHash() {
        return data.documents().hash();
    }

    @Override
    public boolean excerpt() {
        return data.excerpt();
    }

    @Override
    public Map<String, Object> fields(int index) {
        return data.documents().read(index).fields();
    }

    @Override
    public void requireExamples(FewShot fewShot) {
        if (fewShot.examples() > 0) {
            sampler(fewShot);
        }
    }

    @Override
    public Stream<PreparedDocument> prepare(Protocol protocol, ReadingModel model, FewShot fewShot, int from, int to) {
        if (to > documents) {
            throw new IndexOutOfBoundsException("document " + to + " of " + name() + ", which has " + documents);
        }
        var encoding = Encoding.of(protocol, model);
        var before = before(fewShot, from);
        return data.documents()
                .read(from, to)
                .map(document -> prepared(
                        document,
                        questioner.description(document) + before.apply(document),
                        questioner.question(document),
                        encoding));
    }

    private Function<Documents.Document, String> before(FewShot fewShot, int from) {
        if (fewShot.examples() == 0) {
            return document -> "";
        }
        return sampler(fewShot).from(from)::next;
    }

    private FewShotExamples sampler(FewShot fewShot) {
        return samplers.computeIfAbsent(fewShot, wanted -> new FewShotExamples(definition, examples.get(), wanted));
    }

    private PreparedDocument prepared(
            Documents.Document document, String before, Question question, Encoding encoding) {
        try {
            var requests = requests(before, question, encoding);
            return new PreparedDocument(
                    document.index(), document.hash(), requests, judgement(question, requests.size() > 1));
        } catch (UnaskableException e) {
            throw new TaskException.MalformedDocument(document.place() + ": " + e.getMessage(), e);
        }
    }

    private List<ModelRequest> requests(String before, Question question, Encoding encoding) throws UnaskableException {
        var delimiter = definition.question().delimiter();
        return switch (question) {
            case Question.Continuations(var context, var choices, var gold) ->
                encoding.score(
                        before + context,
                        choices.stream().map(choice -> delimiter + choice).toList());
            case Question.Contexts(var choices, var continuation, var gold) -> {
                var requests = new ArrayList<ModelRequest>();
                for (var context : choices) {
                    requests.addAll(encoding.score(before + context, List.of(delimiter + continuation)));
                }
                yield requests;
            }
            case Question.Target(var context, var target) -> encoding.score(before + context, List.of(target));
            case Question.Rolling(var text, var words, var bytes) -> encoding.rolling(text);
            case Question.Generation(var context, var targets) ->
                List.of(encoding.generate(
                        before + context,
                        definition.generation().maxTokens(),
                        definition.generation().until()));
        };
    }

    /** @param oneEach whether each choice has a request of its own */
    private Judgement judgement(Question question, boolean oneEach) {
        return switch (question) {
            case Question.Continuations(var context, var choices, var gold) -> choice(choices, gold, oneEach);
            case Question.Contexts(var choices, var continuation, var gold) -> choice(choices, gold, oneEach);
            case Question.Target target -> new Judgement.Target();
            case Question.Rolling(var text, var words, var bytes) -> new Judgement.Rolling(words, bytes);
            case Question.Generation(var context, var targets) ->
                new Judgement.Exact(
                        targets,
                        definition.generation().ignoreCase(),
                        definition.generation().ignorePunctuation());
        };
    }

    private static Judgement choice(List<String> choices, int gold, boolean oneEach) {
        return new Judgement.MultipleChoice(
                gold,
                choices.stream()
                        .mapToInt(choice -> choice.codePointCount(0, choice.length()))
                        .toArray(),
                choices.stream()
                        .mapToInt(choice -> choice.getBytes(StandardCharsets.UTF_8).length)
                        .toArray(),
                oneEach);
    }
}
