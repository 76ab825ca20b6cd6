package io.meshtransformer.tokenizer;

import static java.util.Objects.requireNonNull;

/**
 * A token that is looked for in a text as it is written, before any byte-pair encoding.
 *
 * @param id its id
 * @param content its text
 * @param special whether it steers the model rather than being a part of the text, as {@code <|endoftext|>}
 * @param normalized whether it is looked for only after all that are not, in what they left
 * @param lstrip whether it takes the white space before it along
 * @param rstrip whether it takes the white space after it along
 * @param singleWord whether it counts only where no word character touches it
 */
public record AddedToken(
        int id,
        String content,
        boolean special,
        boolean normalized,
        boolean lstrip,
        boolean rstrip,
        boolean singleWord) {
    public AddedToken {
        requireNonNull(content, "content is null");
    }

    static AddedToken special(int id, String content) {
        return new AddedToken(id, content, true, false, false, false, false);
    }

    /** As Hugging Face's files describe it at a JSON pointer. */
    static AddedToken described(JsonFile file, String at, int id) {
        return new AddedToken(
                id,
                file.text(at + "/content"),
                file.flag(at + "/special", false),
                file.flag(at + "/normalized", true),
                file.flag(at + "/lstrip", false),
                file.flag(at + "/rstrip", false),
                file.flag(at + "/single_word", false));
    }

    static AddedToken ordinary(int id, String content) {
        return new AddedToken(id, content, false, true, false, false, false);
    }
}
