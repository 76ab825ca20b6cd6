package io.meshtransformer.gptj.engine;

/**
 * What an engine can hold.
 *
 * @param slots most sequences at once
 * @param contextLength most tokens in a sequence
 * @param kvTokens tokens for which there is KV memory, over all sequences
 * @param kvBlockTokens KV memory is handed out in blocks of this many tokens; a sequence of n tokens takes ceil(n / kvBlockTokens) blocks, fewer where it shares full blocks with its parent
 * @param stepTokens most ids in one step
 * @param stepLogits most logit rows in one step
 */
public record EngineLimits(
        int slots, int contextLength, int kvTokens, int kvBlockTokens, int stepTokens, int stepLogits) {}
