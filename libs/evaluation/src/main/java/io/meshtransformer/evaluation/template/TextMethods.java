package io.meshtransformer.evaluation.template;

import io.meshtransformer.evaluation.text.PythonText;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import jinjava.javax.el.ELException;

/** Methods of Python's {@code str}, as far as templates of tasks call them. */
final class TextMethods {
    private static final String KNOWN =
            "capitalize, count, endswith, find, isdigit, join, lower, lstrip, replace, rsplit,"
                    + " rstrip, split, splitlines, startswith, strip, title, upper";

    private TextMethods() {}

    static Object call(String text, String method, List<?> given) {
        return switch (method) {
            case "capitalize" -> PythonText.capitalize(text);
            case "count" ->
                (long) (PythonText.split(text, text(method, given, 0), -1).size() - 1);
            case "endswith" -> text.endsWith(text(method, given, 0));
            case "find" -> {
                var at = text.indexOf(text(method, given, 0));
                yield (long) (at < 0 ? -1 : text.codePointCount(0, at));
            }
            case "isdigit" -> !text.isEmpty() && text.codePoints().allMatch(Character::isDigit);
            case "join" -> list(method, given).stream().map(String::valueOf).collect(Collectors.joining(text));
            case "lower" -> PythonText.lower(text);
            case "lstrip" -> PythonText.strip(text, unwanted(method, given), true, false);
            case "replace" -> text.replace(text(method, given, 0), text(method, given, 1));
            case "rsplit" -> splitFromRight(text, text(method, given, 0), most(given));
            case "rstrip" -> PythonText.strip(text, unwanted(method, given), false, true);
            case "split" ->
                given.isEmpty() ? PythonText.words(text) : PythonText.split(text, text(method, given, 0), most(given));
            case "splitlines" -> text.lines().toList();
            case "startswith" -> text.startsWith(text(method, given, 0));
            case "strip" -> PythonText.strip(text, unwanted(method, given), true, true);
            case "title" ->
                PythonText.split(text, " ", -1).stream()
                        .map(PythonText::capitalize)
                        .collect(Collectors.joining(" "));
            case "upper" -> PythonText.upper(text);
            default -> throw PythonMethods.unknown("a text", method, KNOWN);
        };
    }

    private static List<String> splitFromRight(String text, String separator, int most) {
        var parts = PythonText.split(text, separator, -1);
        if (most < 0 || parts.size() <= most + 1) {
            return parts;
        }
        var first = String.join(separator, parts.subList(0, parts.size() - most));
        var result = new ArrayList<>(List.of(first));
        result.addAll(parts.subList(parts.size() - most, parts.size()));
        return result;
    }

    private static IntPredicate unwanted(String method, List<?> given) {
        if (given.isEmpty()) {
            return PythonText::isSpace;
        }
        var characters = text(method, given, 0);
        return codePoint -> characters.indexOf(codePoint) >= 0;
    }

    private static int most(List<?> given) {
        return given.size() > 1 && given.get(1) instanceof Number most ? most.intValue() : -1;
    }

    private static String text(String method, List<?> given, int index) {
        if (index < given.size() && given.get(index) instanceof String text) {
            return text;
        }
        var found = index < given.size() ? PythonMethods.kind(given.get(index)) : "missing";
        throw new ELException("parameter " + (index + 1) + " of '" + method + "' is " + found + ", it must be a text");
    }

    private static List<?> list(String method, List<?> given) {
        if (given.size() == 1 && given.getFirst() instanceof List<?> list) {
            return list;
        }
        throw new ELException("'" + method + "' takes one list, these are " + given);
    }
}
