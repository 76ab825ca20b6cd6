package io.meshtransformer.xla.djl;

import ai.djl.MalformedModelException;
import io.meshtransformer.pjrt.ElementType;
import io.meshtransformer.pjrt.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Reads the signature of {@code @main} from a StableHLO module's text: PJRT tells what a program gives, but not what it
 * takes. The rest of the text is left to XLA's parser.
 *
 * <p>Syntax: the MLIR language reference and the func dialect.
 */
final class SignatureParser {
    private static final Pattern MAIN = Pattern.compile("\\bfunc\\.func\\s+(?:\\w+\\s+)?@main\\s*\\(");
    private static final Pattern DEVICES = Pattern.compile("\\bmhlo\\.num_(partitions|replicas)\\s*=\\s*(\\d+)");
    private static final Pattern TENSOR = Pattern.compile("tensor<((?:\\d+x)*)(complex<f\\d+>|[a-zA-Z]\\w*)[,>].*");
    private static final Pattern RESULT_INFO = Pattern.compile("\\bjax\\.result_info\\s*=\\s*\"([^\"]*)\"");
    private static final List<String> DONATION = List.of("jax.buffer_donor", "tf.aliasing_output");

    private final String text;
    private int at;

    private SignatureParser(String text, int at) {
        this.text = text;
        this.at = at;
    }

    /** @throws MalformedModelException if there is no such signature, or one that this engine cannot serve */
    static ProgramSignature parse(String text) throws MalformedModelException {
        var main = MAIN.matcher(text);
        if (!main.find()) {
            throw new MalformedModelException("the program has no func.func @main: is it StableHLO as text?");
        }
        requireOneDevice(text.substring(0, main.start()));
        return new SignatureParser(text, main.end()).signature();
    }

    private static void requireOneDevice(String header) throws MalformedModelException {
        var devices = DEVICES.matcher(header);
        while (devices.find()) {
            if (!devices.group(2).equals("1")) {
                throw new MalformedModelException("the program is made for " + devices.group(2) + " " + devices.group(1)
                        + ", this engine runs programs for one device");
            }
        }
    }

    private ProgramSignature signature() throws MalformedModelException {
        var arguments = new ArrayList<ProgramSignature.Argument>();
        for (var item : list()) {
            var colon = item.indexOf(':');
            if (!item.startsWith("%") || colon < 0) {
                throw new MalformedModelException("an argument of @main is \"" + item + "\"");
            }
            var name = item.substring(1, colon).strip();
            var type = item.substring(colon + 1).strip();
            arguments.add(new ProgramSignature.Argument(
                    name, shape(type, "argument " + name), DONATION.stream().anyMatch(item::contains)));
        }
        var results = new ArrayList<ProgramSignature.Result>();
        for (var item : results()) {
            var place = String.valueOf(results.size());
            results.add(new ProgramSignature.Result(resultName(item, place), shape(item, "result " + place)));
        }
        return new ProgramSignature(arguments, results);
    }

    private List<String> results() throws MalformedModelException {
        skipSpace();
        if (!text.startsWith("->", at)) {
            return List.of();
        }
        at += 2;
        skipSpace();
        if (text.charAt(at) == '(') {
            at++;
            return list();
        }
        return List.of(text.substring(at, Math.min(text.length(), text.indexOf('{', at) + 1))
                .strip());
    }

    private void skipSpace() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    /** The items of a list in parentheses, with all that belongs to each; ends behind the closing one. */
    private List<String> list() throws MalformedModelException {
        var items = new ArrayList<String>();
        var begin = at;
        for (var depth = 0; at < text.length(); at++) {
            var character = text.charAt(at);
            switch (character) {
                case '"' -> skipString();
                case '(', '[', '{', '<' -> depth++;
                case ']', '}', '>' -> depth--;
                case ',', ')' -> {
                    if (depth == 0) {
                        items.add(text.substring(begin, at).strip());
                        begin = at + 1;
                    }
                    if (character == ')' && depth-- == 0) {
                        at++;
                        return items.equals(List.of("")) ? List.of() : items;
                    }
                }
                default -> {}
            }
        }
        throw new MalformedModelException("the signature of @main does not end");
    }

    private void skipString() {
        for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
            if (text.charAt(at) == '\\') {
                at++;
            }
        }
    }

    private static Shape shape(String type, String what) throws MalformedModelException {
        var tensor = TENSOR.matcher(type.replace('\n', ' '));
        if (!tensor.matches()) {
            throw new MalformedModelException("the type of " + what + " of @main is \"" + type
                    + "\", this engine knows tensors of fixed sizes, such as tensor<4x16xf32>");
        }
        var dimensions = new ArrayList<Long>();
        for (var size : tensor.group(1).split("x")) {
            if (!size.isEmpty()) {
                dimensions.add(Long.parseLong(size));
            }
        }
        return new Shape(elementType(tensor.group(2), what), dimensions);
    }

    private static ElementType elementType(String name, String what) throws MalformedModelException {
        return switch (name) {
            case "i1" -> ElementType.PRED;
            case "i8", "i16", "i32", "i64", "si8", "si16", "si32", "si64", "ui8", "ui16", "ui32", "ui64" ->
                ElementType.valueOf(
                        name.replaceFirst("^s?i", "S").replaceFirst("^ui", "U").toUpperCase(Locale.ROOT));
            case "f16", "f32", "f64", "bf16", "f8E5M2", "f8E4M3FN" ->
                ElementType.valueOf(name.toUpperCase(Locale.ROOT));
            case "complex<f32>" -> ElementType.C64;
            case "complex<f64>" -> ElementType.C128;
            default -> throw new MalformedModelException("the elements of " + what + " of @main are of type " + name);
        };
    }

    /** JAX's path of a result, {@code result['a'][0].b}, as {@code a.0.b}; without one, its place. */
    private static String resultName(String item, String place) {
        var info = RESULT_INFO.matcher(item);
        if (!info.find()) {
            return place;
        }
        var path = info.group(1)
                .replaceFirst("^result", "")
                .replaceAll("[^\\w-]+", ".")
                .replaceAll("^\\.|\\.$", "");
        return path.isEmpty() ? place : path;
    }
}
