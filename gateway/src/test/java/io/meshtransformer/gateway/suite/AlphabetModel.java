package io.meshtransformer.gateway.suite;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.ContinuationScore;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.FinishReason;
import io.meshtransformer.contracts.ModelDescription;
import io.meshtransformer.contracts.ModelDescription.TokenizerDescription;
import io.meshtransformer.contracts.Prompt;
import io.meshtransformer.contracts.PromptRequest;
import io.meshtransformer.contracts.TokenDetail;
import io.meshtransformer.contracts.TokenIds;
import io.meshtransformer.contracts.Usage;
import io.meshtransformer.gateway.suite.ScriptedSuite.Reply;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A model anyone can foretell: tokens are ASCII characters, and choice c writes the alphabet from its letter c on, each
 * token with the log-probability -(c + 1) / 8.
 */
public final class AlphabetModel {
    public static final String NAME = "alphabet";
    public static final String WITHOUT_TOKENIZER = "ids-only";
    public static final int CONTEXT_LENGTH = 512;
    public static final int END_OF_TEXT = 0;
    private static final int VOCABULARY = 128;
    private static final Instant CREATED = Instant.ofEpochSecond(1_600_000_000);

    private AlphabetModel() {}

    static void answer(PromptRequest request, Reply reply) {
        switch (request) {
            case PromptRequest.Complete complete -> complete(complete, reply);
            case PromptRequest.Score score -> reply.send(scored(score));
            case PromptRequest.Tokenize tokenize ->
                reply.send(new AnswerEvent.Tokenized(tokenize.requestId(), ids(tokenize.text())));
            case PromptRequest.Detokenize detokenize ->
                reply.send(new AnswerEvent.Detokenized(detokenize.requestId(), text(detokenize.ids())));
            case PromptRequest.DescribeModels describe -> reply.send(models(describe));
        }
    }

    private static AnswerEvent models(PromptRequest.DescribeModels request) {
        var tokenizer =
                new TokenizerDescription(VOCABULARY, "<|endoftext|>", END_OF_TEXT, "<|endoftext|>", END_OF_TEXT);
        return new AnswerEvent.ModelsDescribed(
                request.requestId(),
                List.of(
                        new ModelDescription(NAME, CREATED, CONTEXT_LENGTH, VOCABULARY, tokenizer),
                        new ModelDescription(WITHOUT_TOKENIZER, CREATED, CONTEXT_LENGTH, VOCABULARY, null)));
    }

    private static void complete(PromptRequest.Complete request, Reply reply) {
        var promptTokens = ids(request.prompt()).size();
        if (promptTokens + request.options().maxTokens() > CONTEXT_LENGTH) {
            reply.send(new AnswerEvent.Failed(
                    request.requestId(),
                    FailureCode.CONTEXT_LENGTH_EXCEEDED,
                    "the prompt has " + promptTokens + " tokens, the context " + CONTEXT_LENGTH,
                    "prompt"));
            return;
        }
        events(request).forEach(reply::send);
    }

    /** All events of a completion; each list is one step. */
    public static List<List<AnswerEvent>> events(PromptRequest.Complete request) {
        var id = request.requestId();
        var options = request.options();
        var steps = new ArrayList<List<AnswerEvent>>();
        var prompt = ids(request.prompt());
        if (options.echo()) {
            steps.add(List.of(new AnswerEvent.PromptEchoed(
                    id,
                    0,
                    IntStream.range(0, prompt.size())
                            .mapToObj(i -> detail(prompt.get(i), i == 0 ? null : -0.5, options.logprobs()))
                            .toList(),
                    request.model().equals(WITHOUT_TOKENIZER) ? "" : text(prompt))));
        }
        for (int index = 0; index < options.maxTokens(); index++) {
            var step = new ArrayList<AnswerEvent>();
            for (int choice = 0; choice < options.choices(); choice++) {
                var token = 'a' + (choice + index) % 26;
                var named = !request.model().equals(WITHOUT_TOKENIZER);
                step.add(new AnswerEvent.TokenGenerated(
                        id,
                        choice,
                        index,
                        token,
                        named ? Character.toString(token) : "",
                        options.logprobs() == null ? null : detail(token, logprob(choice), options.logprobs())));
            }
            steps.add(step);
        }
        var last = new ArrayList<AnswerEvent>();
        for (int choice = 0; choice < options.choices(); choice++) {
            last.add(new AnswerEvent.ChoiceFinished(
                    id, choice, options.maxTokens(), "", FinishReason.LENGTH, options.maxTokens() * logprob(choice)));
        }
        last.add(new AnswerEvent.GenerationCompleted(
                id, new Usage(prompt.size(), options.maxTokens() * options.choices())));
        steps.add(last);
        return steps;
    }

    private static AnswerEvent scored(PromptRequest.Score request) {
        var scores = request.continuations().stream()
                .map(continuation -> {
                    var ids = ids(continuation);
                    var logprobs = IntStream.range(0, ids.size())
                            .mapToObj(i -> -0.25 * (i + 1))
                            .toList();
                    var sum = logprobs.stream().mapToDouble(Double::doubleValue).sum();
                    return new ContinuationScore(sum, logprobs, ids, ids.size() == 1);
                })
                .toList();
        int read = ids(request.context()).size()
                + scores.stream().mapToInt(score -> score.tokenIds().size()).sum();
        return new AnswerEvent.ScoreCompleted(request.requestId(), scores, new Usage(read, 0));
    }

    private static double logprob(int choice) {
        return -(choice + 1) / 8.0;
    }

    /** The alternatives are the letters after this one, each less likely. */
    private static TokenDetail detail(int id, Double logprob, Integer alternatives) {
        if (alternatives == null || logprob == null) {
            return new TokenDetail(id, Character.toString(id), null, null);
        }
        var top = IntStream.range(0, alternatives)
                .mapToObj(i -> new TokenDetail.Alternative(id + i, Character.toString(id + i), logprob - i))
                .toList();
        return new TokenDetail(id, Character.toString(id), logprob, top);
    }

    private static TokenIds ids(Prompt prompt) {
        return prompt.ids() != null ? prompt.ids() : ids(prompt.text());
    }

    private static TokenIds ids(String text) {
        return TokenIds.of(text.chars().toArray());
    }

    private static String text(TokenIds ids) {
        return new String(ids.toArray(), 0, ids.size());
    }
}
