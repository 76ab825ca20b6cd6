package io.meshtransformer.evaluation.template;

import com.hubspot.jinjava.interpret.Context;
import java.util.Map;
import java.util.Set;

/**
 * A document's fields above the engine's filters and functions. The engine notes in each context and those below it what
 * was looked up; here it does not, so that threads share what is below, and that does not grow.
 */
final class DocumentContext extends Context {
    DocumentContext(Context engine, Map<String, ?> fields, Map<Library, Set<String>> disabled) {
        super(engine, fields, disabled);
    }

    @Override
    public void addResolvedExpression(String expression) {
        // Nobody asks for these.
    }

    @Override
    public void addResolvedValue(String value) {
        // Nobody asks for these.
    }

    @Override
    public void addResolvedFunction(String function) {
        // Nobody asks for these.
    }
}
