package io.meshtransformer.contracts;

/**
 * Tokens a request took.
 *
 * @param promptTokens tokens read, counted once however many choices were drawn
 * @param completionTokens tokens generated, over all choices
 */
public record Usage(int promptTokens, int completionTokens) {
    public int totalTokens() {
        return promptTokens + completionTokens;
    }
}
