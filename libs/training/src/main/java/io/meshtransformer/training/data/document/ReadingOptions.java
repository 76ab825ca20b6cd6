package io.meshtransformer.training.data.document;

import static java.util.Objects.requireNonNull;

/**
 * What counts as a document.
 *
 * @param layout of text files
 * @param endedOnly whether what stands behind a text file's last delimiter is left out, as it may be cut off
 * @param keepLineBreaks whether line breaks at a text's beginning and end belong to it, as for mesh-transformer-jax;
 *     otherwise they are taken for the file's layout
 * @param textKey which member of a line of JSON has the text
 */
public record ReadingOptions(TextLayout layout, boolean endedOnly, boolean keepLineBreaks, String textKey) {
    /** Separated by end-of-text, text in {@code text}. */
    public static final ReadingOptions DEFAULT = new ReadingOptions(TextLayout.SEPARATED, false, false, "text");

    public ReadingOptions {
        requireNonNull(layout, "layout is null");
        requireNonNull(textKey, "textKey is null");
    }
}
