package io.meshtransformer.gateway.score;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.meshtransformer.contracts.AnswerEvent.ScoreCompleted;
import io.meshtransformer.contracts.ContinuationScore;
import io.meshtransformer.contracts.TokenIds;
import java.util.List;

/** The answer to {@code POST /v1/score}: one entry per continuation, in their order. */
public record ScoreResponse(String object, String model, List<Score> scores, Usage usage) {
    static ScoreResponse of(String model, ScoreCompleted completed) {
        var usage = completed.usage();
        return new ScoreResponse(
                "score",
                model,
                completed.scores().stream().map(Score::of).toList(),
                new Usage(usage.promptTokens(), usage.completionTokens(), usage.totalTokens()));
    }

    /**
     * @param logprob sum, nats
     * @param isGreedy whether each token was the likeliest at its place
     */
    public record Score(
            double logprob,
            @JsonProperty("token_logprobs") List<Double> tokenLogprobs,
            @JsonProperty("token_ids") TokenIds tokenIds,
            @JsonProperty("is_greedy") boolean isGreedy) {
        static Score of(ContinuationScore score) {
            return new Score(score.logprob(), score.tokenLogprobs(), score.tokenIds(), score.greedy());
        }
    }

    public record Usage(
            @JsonProperty("prompt_tokens") int promptTokens,
            @JsonProperty("completion_tokens") int completionTokens,
            @JsonProperty("total_tokens") int totalTokens) {}
}
