package io.meshtransformer.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.List;

/** A record of {@code inference.interactive} or {@code inference.batch}: token ids in, keyed by {@link #requestId()}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = InferenceRequest.Generate.class, name = "generate"),
    @JsonSubTypes.Type(value = InferenceRequest.Score.class, name = "score"),
    @JsonSubTypes.Type(value = InferenceRequest.Describe.class, name = "describe")
})
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface InferenceRequest {
    String requestId();

    String model();

    /** After which nobody waits for the answer, or null. */
    Instant deadline();

    /**
     * Continue the prompt; answered by token events, one {@link AnswerEvent.ChoiceFinished} per choice and
     * {@link AnswerEvent.GenerationCompleted}.
     *
     * @param identity {@link ServedModel#identity()} of what must answer, else {@link FailureCode#MODEL_CHANGED}; anything
     *     may where null
     */
    record Generate(
            String requestId,
            String model,
            TokenIds promptIds,
            GenerationOptions options,
            Instant deadline,
            String identity)
            implements InferenceRequest {
        public Generate {
            Required.field(requestId, "requestId");
            Required.field(model, "model");
            Required.field(promptIds, "promptIds");
            Required.that(!promptIds.isEmpty(), "'promptIds' is empty");
            Required.field(options, "options");
        }

        /** For whatever serves the model. */
        public Generate(
                String requestId, String model, TokenIds promptIds, GenerationOptions options, Instant deadline) {
            this(requestId, model, promptIds, options, deadline, null);
        }
    }

    /**
     * Log-probabilities of each continuation after the context; answered by one {@link AnswerEvent.ScoreCompleted}.
     *
     * @param identity {@link ServedModel#identity()} of what must answer, else {@link FailureCode#MODEL_CHANGED}; anything
     *     may where null
     */
    record Score(
            String requestId,
            String model,
            TokenIds contextIds,
            List<TokenIds> continuations,
            Instant deadline,
            String identity)
            implements InferenceRequest {
        public Score {
            Required.field(requestId, "requestId");
            Required.field(model, "model");
            Required.field(contextIds, "contextIds");
            Required.that(!contextIds.isEmpty(), "'contextIds' is empty");
            continuations = List.copyOf(Required.field(continuations, "continuations"));
            Required.that(!continuations.isEmpty(), "'continuations' is empty");
            Required.that(continuations.stream().noneMatch(TokenIds::isEmpty), "a continuation is empty");
        }

        /** For whatever serves the model. */
        public Score(
                String requestId, String model, TokenIds contextIds, List<TokenIds> continuations, Instant deadline) {
            this(requestId, model, contextIds, continuations, deadline, null);
        }
    }

    /** What answers for a model; answered by {@link AnswerEvent.ModelServed}. */
    record Describe(String requestId, String model, Instant deadline) implements InferenceRequest {
        public Describe {
            Required.field(requestId, "requestId");
            Required.field(model, "model");
        }
    }
}
