package io.meshtransformer.inference.text;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.tokenizer.AddedToken;
import io.meshtransformer.tokenizer.StopTextMatcher;
import io.meshtransformer.tokenizer.StreamingDecoder;
import io.meshtransformer.tokenizer.Tokenizer;
import java.util.BitSet;
import java.util.List;

/** Texts by a model's tokenizer. */
public final class TokenizerTexts implements TokenTexts {

    private final Tokenizer tokenizer;
    private final int knownIds;
    private final BitSet special = new BitSet();

    /** @param vocabularySize of the model */
    public TokenizerTexts(Tokenizer tokenizer, int vocabularySize) {
        this.tokenizer = requireNonNull(tokenizer, "tokenizer is null");
        knownIds = Math.min(tokenizer.vocabularySize(), vocabularySize);
        tokenizer.addedTokens().stream().filter(AddedToken::special).forEach(token -> special.set(token.id()));
    }

    @Override
    public int knownIds() {
        return knownIds;
    }

    @Override
    public String tokenText(int id) {
        return tokenizer.knows(id) ? tokenizer.piece(id) : new IdsOnly(knownIds).tokenText(id);
    }

    @Override
    public TextStream prompt() {
        return stream(new BitSet(), List.of());
    }

    @Override
    public TextStream generated(List<String> stops) {
        return stream(special, stops);
    }

    private TextStream stream(BitSet hidden, List<String> stops) {
        return new DecodedText(hidden, new StreamingDecoder(tokenizer), new StopTextMatcher(stops));
    }

    @Override
    public boolean available() {
        return true;
    }

    private record DecodedText(BitSet hidden, StreamingDecoder decoder, StopTextMatcher matcher) implements TextStream {

        @Override
        public String accept(int id) {
            return hidden.get(id) ? "" : matcher.accept(decoder.accept(id));
        }

        @Override
        public boolean stopped() {
            return matcher.stopped();
        }

        @Override
        public String flush() {
            return matcher.accept(decoder.flush()) + matcher.flush();
        }
    }
}
