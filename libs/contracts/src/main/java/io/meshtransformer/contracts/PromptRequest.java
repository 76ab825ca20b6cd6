package io.meshtransformer.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.List;

/** A record of the topic {@code prompts}: what tokenizer-service is asked, keyed by {@link #requestId()}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = PromptRequest.Complete.class, name = "complete"),
    @JsonSubTypes.Type(value = PromptRequest.Score.class, name = "score"),
    @JsonSubTypes.Type(value = PromptRequest.Tokenize.class, name = "tokenize"),
    @JsonSubTypes.Type(value = PromptRequest.Detokenize.class, name = "detokenize"),
    @JsonSubTypes.Type(value = PromptRequest.DescribeModels.class, name = "describe-models")
})
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface PromptRequest {
    /** Chosen by the sender, unique among its requests. */
    String requestId();

    /**
     * Continue a prompt; becomes {@link InferenceRequest.Generate}.
     *
     * @param priority interactive where null
     * @param deadline after which nobody waits for the answer, or null
     */
    record Complete(
            String requestId,
            String model,
            Priority priority,
            Prompt prompt,
            GenerationOptions options,
            Instant deadline)
            implements PromptRequest {
        public Complete {
            Required.field(requestId, "requestId");
            Required.field(model, "model");
            priority = priority == null ? Priority.INTERACTIVE : priority;
            Required.field(prompt, "prompt");
            Required.field(options, "options");
        }
    }

    /**
     * Log-probabilities of continuations of one context; becomes {@link InferenceRequest.Score}.
     *
     * <p>A text continuation is tokenised together with its context, as lm-evaluation-harness does: white space at the
     * context's end moves to the continuation, and an empty context is the end-of-text token.
     *
     * @param priority interactive where null
     * @param deadline after which nobody waits for the answer, or null
     */
    record Score(
            String requestId,
            String model,
            Priority priority,
            Prompt context,
            List<Prompt> continuations,
            Instant deadline)
            implements PromptRequest {
        public Score {
            Required.field(requestId, "requestId");
            Required.field(model, "model");
            priority = priority == null ? Priority.INTERACTIVE : priority;
            Required.field(context, "context");
            continuations = List.copyOf(Required.field(continuations, "continuations"));
            Required.that(!continuations.isEmpty(), "'continuations' is empty");
        }
    }

    /** Text to ids; answered by {@link AnswerEvent.Tokenized}. */
    record Tokenize(String requestId, String model, String text, boolean addSpecialTokens) implements PromptRequest {
        public Tokenize {
            Required.field(requestId, "requestId");
            Required.field(model, "model");
            Required.field(text, "text");
        }
    }

    /** Ids to text; answered by {@link AnswerEvent.Detokenized}. */
    record Detokenize(String requestId, String model, TokenIds ids) implements PromptRequest {
        public Detokenize {
            Required.field(requestId, "requestId");
            Required.field(model, "model");
            Required.field(ids, "ids");
        }
    }

    /** Which models are served; answered by {@link AnswerEvent.ModelsDescribed}. */
    record DescribeModels(String requestId) implements PromptRequest {
        public DescribeModels {
            Required.field(requestId, "requestId");
        }
    }
}
