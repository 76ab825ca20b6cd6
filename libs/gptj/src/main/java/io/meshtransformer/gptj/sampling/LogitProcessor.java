package io.meshtransformer.gptj.sampling;

/**
 * Changes the logits of some candidates, or excludes some; what is left at the end is drawn from. The names and rules are
 * those of the logits processors of Hugging Face transformers unless said otherwise; none keeps state.
 */
public sealed interface LogitProcessor
        permits EpsilonCutoff,
                Greedy,
                LogitBias,
                MeshTransformerFilter,
                MinP,
                NoRepeatNgram,
                OccurrencePenalties,
                RepetitionPenalty,
                Temperature,
                TopK,
                TopP,
                TypicalP {
    void apply(Candidates candidates, TokenHistory history);
}
