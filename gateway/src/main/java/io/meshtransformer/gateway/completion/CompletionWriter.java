package io.meshtransformer.gateway.completion;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.meshtransformer.contracts.FinishReason;
import io.meshtransformer.contracts.TokenDetail;
import io.meshtransformer.contracts.TokenIds;
import io.meshtransformer.contracts.Usage;
import io.meshtransformer.gateway.error.ApiException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;

/** Writes responses and chunks as OpenAI does: {@code text_completion} objects. */
final class CompletionWriter {
    /** Stands for minus infinity, which JSON lacks, as at OpenAI. */
    private static final double LOWEST_LOGPROB = -9999;

    // A character beyond the basic plane as itself, not as two escapes.
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .build();

    private final CompletionId id;
    private final CompletionRequest request;

    CompletionWriter(CompletionId id, CompletionRequest request) {
        this.id = id;
        this.request = request;
    }

    byte[] response(List<Choice> choices, Usage usage) {
        return completion(choices, json -> usage(json, usage));
    }

    byte[] chunk(Choice choice) {
        return completion(List.of(choice), json -> {
            if (request.includeUsage()) {
                json.writeNullField("usage");
            }
        });
    }

    /** The last chunk of a stream that was asked to count. */
    byte[] usageChunk(Usage usage) {
        return completion(List.of(), json -> usage(json, usage));
    }

    /** What ends a stream that has begun and fails. */
    byte[] error(ApiException error) {
        var detail = error.body().error();
        return object(json -> {
            json.writeObjectFieldStart("error");
            json.writeStringField("message", detail.message());
            json.writeStringField("type", detail.type());
            json.writeStringField("param", detail.param());
            json.writeStringField("code", detail.code());
            json.writeEndObject();
        });
    }

    private interface Part {
        void write(JsonGenerator json) throws IOException;
    }

    private byte[] completion(List<Choice> choices, Part usage) {
        return object(json -> {
            json.writeStringField("id", id.toString());
            json.writeStringField("object", "text_completion");
            json.writeNumberField("created", id.created().getEpochSecond());
            json.writeStringField("model", request.model());
            json.writeArrayFieldStart("choices");
            for (var choice : choices) {
                choice(json, choice);
            }
            json.writeEndArray();
            usage.write(json);
        });
    }

    private static byte[] object(Part fields) {
        var bytes = new ByteArrayOutputStream(256);
        try (var json = FACTORY.createGenerator(bytes)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a completion cannot be written", e);
        }
        return bytes.toByteArray();
    }

    private static void choice(JsonGenerator json, Choice choice) throws IOException {
        json.writeStartObject();
        json.writeNumberField("index", choice.index());
        json.writeStringField("text", choice.text());
        json.writeFieldName("logprobs");
        if (choice.logprobs() == null) {
            json.writeNull();
        } else {
            logprobs(json, choice.logprobs());
        }
        json.writeStringField("finish_reason", choice.finishReason() == null ? null : word(choice.finishReason()));
        ids(json, "token_ids", choice.tokenIds());
        ids(json, "prompt_token_ids", choice.promptTokenIds());
        json.writeEndObject();
    }

    private static String word(FinishReason reason) {
        return switch (reason) {
            case STOP -> "stop";
            case LENGTH -> "length";
        };
    }

    private static void ids(JsonGenerator json, String name, TokenIds ids) throws IOException {
        if (ids != null) {
            json.writeFieldName(name);
            json.writeArray(ids.toArray(), 0, ids.size());
        }
    }

    private static void logprobs(JsonGenerator json, Logprobs logprobs) throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("text_offset");
        for (var offset : logprobs.textOffsets()) {
            json.writeNumber(offset);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("token_logprobs");
        for (var token : logprobs.tokens()) {
            number(json, token.logprob());
        }
        json.writeEndArray();
        json.writeArrayFieldStart("tokens");
        for (var token : logprobs.tokens()) {
            json.writeString(key(token.id(), token.token()));
        }
        json.writeEndArray();
        json.writeArrayFieldStart("top_logprobs");
        for (var token : logprobs.tokens()) {
            top(json, token);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    /** The alternatives and the token itself; null for a prompt's first token, which nothing comes before. */
    private static void top(JsonGenerator json, TokenDetail token) throws IOException {
        if (token.logprob() == null) {
            json.writeNull();
            return;
        }
        var logprobs = new LinkedHashMap<String, Double>();
        if (token.top() != null) {
            // Likeliest first: of two tokens that read the same the likelier one is told.
            token.top().forEach(each -> logprobs.putIfAbsent(key(each.id(), each.token()), each.logprob()));
        }
        logprobs.putIfAbsent(key(token.id(), token.token()), token.logprob());
        json.writeStartObject();
        for (var each : logprobs.entrySet()) {
            json.writeFieldName(each.getKey());
            number(json, each.getValue());
        }
        json.writeEndObject();
    }

    /** A token's text; a model without a tokenizer has none, then its id, as vLLM writes it. */
    private static String key(int id, String token) {
        return token.isEmpty() ? "token_id:" + id : token;
    }

    private static void number(JsonGenerator json, Double logprob) throws IOException {
        if (logprob == null) {
            json.writeNull();
        } else {
            json.writeNumber(Double.isFinite(logprob) ? logprob : LOWEST_LOGPROB);
        }
    }

    private static void usage(JsonGenerator json, Usage usage) throws IOException {
        json.writeObjectFieldStart("usage");
        json.writeNumberField("prompt_tokens", usage.promptTokens());
        json.writeNumberField("completion_tokens", usage.completionTokens());
        json.writeNumberField("total_tokens", usage.totalTokens());
        json.writeEndObject();
    }
}
