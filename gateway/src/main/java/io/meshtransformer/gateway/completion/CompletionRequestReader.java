package io.meshtransformer.gateway.completion;

import io.meshtransformer.contracts.GenerationOptions;
import io.meshtransformer.contracts.Prompt;
import io.meshtransformer.gateway.GatewayConfiguration.Limits;
import io.meshtransformer.gateway.error.ApiException;
import io.meshtransformer.gateway.error.ErrorKind;
import io.meshtransformer.gateway.json.JsonBody;
import io.meshtransformer.gateway.json.JsonField;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads the body of {@code POST /v1/completions}; what it returns is valid whatever the model. */
public final class CompletionRequestReader {
    private static final int DEFAULT_MAX_TOKENS = 16;

    private final Limits limits;
    private final SamplingReader sampling;

    private String model;
    private List<Prompt> prompts;
    private int maxTokens = DEFAULT_MAX_TOKENS;
    private int choices = 1;
    private int candidates;
    private List<String> stop = List.of();
    private Integer logprobs;
    private boolean echo;
    private boolean stream;
    private boolean streamOptions;
    private boolean includeUsage;
    private boolean ignoreEos;
    private boolean returnTokenIds;

    private CompletionRequestReader(Limits limits) {
        this.limits = limits;
        this.sampling = new SamplingReader(limits.logitBiases());
    }

    /** @throws ApiException naming the first field at fault */
    public static CompletionRequest read(byte[] body, Limits limits) {
        var reader = new CompletionRequestReader(limits);
        JsonBody.read(body, reader::field);
        return reader.request();
    }

    private void field(String name, JsonField value) throws IOException {
        switch (name) {
            case "model" -> model = value.text();
            case "prompt" -> prompts = PromptReader.read(value, limits.prompts());
            case "max_tokens" -> maxTokens = value.integer(0, Integer.MAX_VALUE);
            case "n" -> choices = value.integer(1, limits.choices());
            case "best_of" -> candidates = value.integer(1, limits.choices());
            case "stop" -> stop = stops(value);
            case "logprobs" -> logprobs = value.integer(0, limits.logprobs());
            case "echo" -> echo = value.flag();
            case "stream" -> stream = value.flag();
            case "stream_options" -> streamOptions(value);
            case "ignore_eos" -> ignoreEos = value.flag();
            case "return_token_ids" -> returnTokenIds = value.flag();
            case "user" -> value.text();
            case "suffix" ->
                throw new ApiException(
                        ErrorKind.UNSUPPORTED_FIELD,
                        "'suffix' is not supported: the model writes on from a prompt, it does not fill a gap",
                        "suffix");
            // Clients send fields of other servers and of versions to come: ignored.
            default -> sampling.field(name, value);
        }
    }

    private List<String> stops(JsonField value) throws IOException {
        if (value.isText()) {
            return List.of(stop(value));
        }
        if (!value.isList()) {
            throw value.wrongType("a text or a list of texts");
        }
        var texts = new ArrayList<String>();
        int size = value.elements((index, element) -> {
            if (index < limits.stops()) {
                texts.add(stop(element));
            }
        });
        if (size > limits.stops()) {
            throw value.invalid("'stop' has %d texts, at most %d are allowed".formatted(size, limits.stops()));
        }
        return texts;
    }

    private static String stop(JsonField value) throws IOException {
        var text = value.text();
        if (text.isEmpty()) {
            throw value.invalid("'stop' has an empty text, which would end every completion at once");
        }
        return text;
    }

    private void streamOptions(JsonField value) throws IOException {
        streamOptions = true;
        value.object((name, option) -> {
            if (name.equals("include_usage")) {
                includeUsage = option.flag();
            }
        });
    }

    private CompletionRequest request() {
        JsonBody.require(model, "model");
        JsonBody.require(prompts, "prompt");
        if (candidates == 0) {
            candidates = choices;
        }
        if (candidates < choices) {
            throw ApiException.invalid(
                    "best_of", "'best_of' is %d, it must be at least 'n', which is %d".formatted(candidates, choices));
        }
        if (stream && candidates > choices) {
            throw ApiException.invalid(
                    "best_of",
                    "'best_of' is %d and 'n' is %d: a stream cannot wait for the best, set them equal or 'stream' to false"
                            .formatted(candidates, choices));
        }
        if ((long) prompts.size() * candidates > limits.totalChoices()) {
            throw ApiException.invalid(
                    candidates > choices ? "best_of" : "n",
                    "%d prompts with %d completions each are %d, at most %d are allowed"
                            .formatted(
                                    prompts.size(),
                                    candidates,
                                    (long) prompts.size() * candidates,
                                    limits.totalChoices()));
        }
        if (streamOptions && !stream) {
            throw ApiException.invalid("stream_options", "'stream_options' needs 'stream' to be true");
        }
        if (maxTokens == 0 && !echo) {
            throw ApiException.invalid("max_tokens", "'max_tokens' is 0, which needs 'echo' to be true");
        }
        var options =
                new GenerationOptions(maxTokens, candidates, sampling.sampling(), stop, logprobs, echo, ignoreEos);
        return new CompletionRequest(
                model, prompts, choices, candidates, options, sampling.seed(), stream, includeUsage, returnTokenIds);
    }
}
