package io.meshtransformer.evaluation.task;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.evaluation.template.Template;
import io.meshtransformer.evaluation.template.TemplateException;
import java.util.List;
import java.util.Map;

/** Where a part of a question, such as its choices, comes from. */
sealed interface DocumentPart {
    /** Its value for a document: a text, a number or a list. */
    Object of(Map<String, Object> fields) throws TemplateException;

    /** The same for every document. */
    record Fixed(Object value) implements DocumentPart {
        public Fixed {
            requireNonNull(value, "value is null");
        }

        @Override
        public Object of(Map<String, Object> fields) {
            return value;
        }
    }

    /**
     * A document's field where it has one of that name, else what the template makes of its fields. That is how
     * lm-evaluation-harness reads {@code doc_to_target: label}.
     */
    record Written(String source, Template template) implements DocumentPart {
        static Written parse(String source) throws TemplateException {
            return new Written(source, Template.parse(source));
        }

        @Override
        public Object of(Map<String, Object> fields) throws TemplateException {
            var field = fields.get(source);
            return field == null ? template.value(fields) : field;
        }

        /** Whether the value is the document's own, and not made by the template. */
        boolean isField(Map<String, Object> fields) {
            return fields.get(source) != null;
        }
    }

    /** A list of choices that is the same for every document. */
    static DocumentPart choices(List<String> choices) {
        return new Fixed(List.copyOf(choices));
    }
}
