package io.meshtransformer.evaluation.template;

import static java.util.Objects.requireNonNull;

/** A template that cannot be read, or not with a document's fields. */
public final class TemplateException extends Exception {
    private static final long serialVersionUID = 1L;

    TemplateException(String message, Throwable cause) {
        super(requireNonNull(message, "message is null"), cause);
    }
}
