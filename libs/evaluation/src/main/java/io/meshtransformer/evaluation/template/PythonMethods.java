package io.meshtransformer.evaluation.template;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.util.ForLoop;
import java.beans.FeatureDescriptor;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import jinjava.javax.el.ELContext;
import jinjava.javax.el.ELException;
import jinjava.javax.el.ELResolver;

/**
 * What a template may call on a document's values: the methods that Python has for them, so that templates written for
 * Python give the same texts. Nothing else can be called, no Java method by reflection least of all; a native executable
 * needs no metadata for it.
 */
final class PythonMethods extends ELResolver {
    @Override
    @SuppressWarnings("unchecked")
    public Object invoke(ELContext context, Object base, Object method, Class<?>[] types, Object[] parameters) {
        context.setPropertyResolved(true);
        var name = Objects.toString(method);
        var given = parameters == null ? List.of() : Arrays.asList(parameters);
        return switch (base) {
            case Filter filter ->
                filter.filter(
                        given.get(0), (JinjavaInterpreter) given.get(1), (Object[]) given.get(2), (Map<String, Object>)
                                given.get(3));
            case ExpTest test -> {
                var rest = given.subList(2, given.size()).toArray();
                var interpreter = (JinjavaInterpreter) given.get(1);
                yield name.equals("evaluateNegated")
                        ? test.evaluateNegated(given.get(0), interpreter, rest)
                        : test.evaluate(given.get(0), interpreter, rest);
            }
            case null ->
                throw new ELException(
                        name.equals("filter")
                                ? "there is no such filter"
                                : "there is nothing to call '" + name + "' of");
            case String text -> TextMethods.call(text, name, given);
            case List<?> list -> CollectionMethods.call(list, name, given);
            case Map<?, ?> map -> CollectionMethods.call(map, name, given);
            default -> throw unknown(kind(base), name, "nothing");
        };
    }

    /** Of a loop; elements of lists and fields of mappings are found by other resolvers. */
    @Override
    public Object getValue(ELContext context, Object base, Object property) {
        if (!(base instanceof ForLoop loop)) {
            return null;
        }
        context.setPropertyResolved(true);
        return switch (Objects.toString(property)) {
            case "index" -> loop.getIndex();
            case "index0" -> loop.getIndex0();
            case "revindex" -> loop.getRevindex();
            case "revindex0" -> loop.getRevindex0();
            case "first" -> loop.isFirst();
            case "last" -> loop.isLast();
            case "length" -> loop.getLength();
            default -> null;
        };
    }

    @Override
    public Class<?> getType(ELContext context, Object base, Object property) {
        return null;
    }

    @Override
    public void setValue(ELContext context, Object base, Object property, Object value) {
        throw new ELException("a template can't change a document");
    }

    @Override
    public boolean isReadOnly(ELContext context, Object base, Object property) {
        return true;
    }

    @Override
    public Iterator<FeatureDescriptor> getFeatureDescriptors(ELContext context, Object base) {
        return null;
    }

    @Override
    public Class<?> getCommonPropertyType(ELContext context, Object base) {
        return Object.class;
    }

    static ELException unknown(String kind, String method, String known) {
        return new ELException(
                "there is no method '" + method + "' of " + kind + ", a template may call " + known + " of it");
    }

    static String kind(Object value) {
        return switch (value) {
            case null -> "nothing";
            case String text -> "a text";
            case List<?> list -> "a list";
            case Map<?, ?> map -> "a mapping";
            case Number number -> "the number " + number;
            case Boolean truth -> String.valueOf(truth);
            default -> "a " + value.getClass().getSimpleName();
        };
    }
}
