package io.meshtransformer.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * A token as log-probability reports show it.
 *
 * @param id the token
 * @param token its own text; bytes that are no complete characters appear as {@code bytes:\xe2\x80}
 * @param logprob natural log of its probability under the model before temperature and filters; null where undefined
 * @param top the most likely tokens at this place, likeliest first; null where not asked for
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TokenDetail(int id, String token, Double logprob, List<Alternative> top) {
    public TokenDetail {
        Required.field(token, "token");
        top = top == null ? null : List.copyOf(top);
    }

    /** One of the most likely tokens at a place. */
    public record Alternative(int id, String token, double logprob) {
        public Alternative {
            Required.field(token, "token");
        }
    }
}
