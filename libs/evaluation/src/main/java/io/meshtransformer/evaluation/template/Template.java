package io.meshtransformer.evaluation.template;

import static java.util.Objects.requireNonNull;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.el.TypeConvertingMapELResolver;
import com.hubspot.jinjava.el.ext.JinjavaListELResolver;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.InterpretException;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.UnknownTokenException;
import com.hubspot.jinjava.tree.ExpressionNode;
import com.hubspot.jinjava.tree.Node;
import com.hubspot.jinjava.tree.parse.ExpressionToken;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import jinjava.de.odysseus.el.tree.TreeBuilderException;
import jinjava.javax.el.CompositeELResolver;

/**
 * A text with places for a document's fields, in Jinja: {@code Question: {{question}}}. Fields that a document does not
 * have are errors, as Jinja's StrictUndefined makes them; field values are not templates themselves. It may be used by
 * several threads.
 */
public final class Template {
    private static final Jinjava ENGINE = new Jinjava(JinjavaConfig.newBuilder()
            // Of these nothing but the document may be read.
            .withDisabled(Map.of(Context.Library.TAG, Set.of("extends", "from", "import", "include")))
            .withElResolver(resolver())
            .withFailOnUnknownTokens(true)
            .withLegacyOverrides(LegacyOverrides.newBuilder()
                    .withEvaluateMapKeys(true)
                    .withIterateOverMapKeys(true)
                    .withUsePyishObjectMapper(true)
                    .withUseNaturalOperatorPrecedence(true)
                    .withParseWhitespaceControlStrictly(true)
                    .withAllowAdjacentTextNodes(true)
                    .withUseTrimmingForNotesAndExpressions(true)
                    .withKeepNullableLoopValues(true)
                    .build())
            .withNestedInterpretationEnabled(false)
            .build());

    private final String source;
    private final Node tree;
    private final Optional<String> expression;

    private Template(String source, Node tree) {
        this.source = source;
        this.tree = tree;
        this.expression = expression(tree);
    }

    /** @throws TemplateException with the place and what is wrong there */
    public static Template parse(String source) throws TemplateException {
        requireNonNull(source, "source is null");
        var template = run(Map.of(), source, interpreter -> new Template(source, interpreter.parse(source)));
        template.checkExpressions(template.tree);
        return template;
    }

    /** Expressions are parsed when they are evaluated; here with no document, so that only their syntax counts. */
    private void checkExpressions(Node node) throws TemplateException {
        if (node instanceof ExpressionNode && node.getMaster() instanceof ExpressionToken token) {
            var interpreter = interpreter(Map.of());
            try (var current =
                    JinjavaInterpreter.closeablePushCurrent(interpreter).get()) {
                current.value().resolveELExpression(token.getExpr(), 1);
            } catch (UnknownTokenException fieldOfADocument) {
                return;
            }
            for (var error : interpreter.getErrors()) {
                if (error.getException() != null && error.getException().getCause() instanceof TreeBuilderException) {
                    throw new TemplateException("'" + source + "': " + error.getMessage(), error.getException());
                }
            }
        }
        for (var child : node.getChildren()) {
            checkExpressions(child);
        }
    }

    /** The text for a document. */
    public String text(Map<String, ?> fields) throws TemplateException {
        return run(fields, source, interpreter -> interpreter.render(tree));
    }

    /**
     * What the template stands for: of one that is a single {@code {{expression}}} its value, which may be a list or a
     * number; of any other its text.
     */
    public Object value(Map<String, ?> fields) throws TemplateException {
        return expression.isEmpty()
                ? text(fields)
                : run(fields, source, interpreter -> interpreter.resolveELExpression(expression.get(), 1));
    }

    @Override
    public String toString() {
        return source;
    }

    private static JinjavaInterpreter interpreter(Map<String, ?> fields) {
        var config = ENGINE.getGlobalConfig();
        return new JinjavaInterpreter(
                ENGINE, new DocumentContext(ENGINE.getGlobalContext(), fields, config.getDisabled()), config);
    }

    private static <T> T run(Map<String, ?> fields, String source, Function<JinjavaInterpreter, T> action)
            throws TemplateException {
        var interpreter = interpreter(fields);
        T result;
        try (var current = JinjavaInterpreter.closeablePushCurrent(interpreter).get()) {
            result = action.apply(current.value());
        } catch (InterpretException e) {
            throw new TemplateException("'" + source + "': " + e.getMessage(), e);
        }
        var errors = interpreter.getErrors();
        if (!errors.isEmpty()) {
            var first = errors.getFirst();
            throw new TemplateException("'" + source + "': " + first.getMessage(), first.getException());
        }
        return result;
    }

    private static Optional<String> expression(Node tree) {
        return tree.getChildren().size() == 1
                        && tree.getChildren().getFirst() instanceof ExpressionNode node
                        && node.getMaster() instanceof ExpressionToken token
                ? Optional.of(token.getExpr())
                : Optional.empty();
    }

    private static CompositeELResolver resolver() {
        var resolver = new CompositeELResolver();
        resolver.add(new JinjavaListELResolver(true));
        resolver.add(new TypeConvertingMapELResolver(true));
        resolver.add(new PythonMethods());
        return resolver;
    }
}
