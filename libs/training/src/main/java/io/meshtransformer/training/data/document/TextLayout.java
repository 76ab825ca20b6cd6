package io.meshtransformer.training.data.document;

/** How a text file holds its documents. */
public enum TextLayout {
    /** Between them stands the end-of-text token as it is written; without any, the file is one document. */
    SEPARATED,
    /** Each line is one. */
    LINES,
    /** The file is one, whatever is in it. */
    WHOLE
}
