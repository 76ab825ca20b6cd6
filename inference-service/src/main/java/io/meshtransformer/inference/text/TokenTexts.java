package io.meshtransformer.inference.text;

import java.util.List;

/** How token ids become text. Safe to use from several threads; a {@link TextStream} is not. */
public interface TokenTexts {

    /** Ids from 0 below this may be generated; a model often has more rows than its tokenizer has tokens. */
    int knownIds();

    /** A token's own text as reports show it. */
    String tokenText(int id);

    /** The text of a prompt as it is read, tokens with a special meaning included. */
    TextStream prompt();

    /** The text of a generated sequence, ended by the first of the stop texts; tokens with a special meaning have none. */
    TextStream generated(List<String> stops);

    /** Whether there is any text at all. */
    boolean available();

    /** Text that grows token by token. */
    interface TextStream {

        /** What may be shown after this token: no half characters, no stop text, no beginning of one. */
        String accept(int id);

        /** Whether a stop text came; nothing more is to be accepted then. */
        boolean stopped();

        /** What was held back, at the end. */
        String flush();
    }
}
