package io.meshtransformer.xla.djl;

import ai.djl.MalformedModelException;
import ai.djl.util.JsonUtils;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The files of a model: {@code NAME.mlir}, beside it {@code NAME.safetensors} with its weights and {@code NAME.json} with
 * names for its arguments and results.
 */
record ModelDirectory(Path program, Optional<Path> weights, Optional<Path> names) {
    private static final String PROGRAM = ".mlir";

    /**
     * Finds the program: the file itself, the one of the model's name, or the only one.
     *
     * @throws FileNotFoundException if there is none, or several and none of that name
     */
    static ModelDirectory find(Path place, String name) throws IOException {
        if (Files.isRegularFile(place)) {
            return of(place);
        }
        for (var candidate : List.of(name, name + PROGRAM)) {
            if (candidate.endsWith(PROGRAM) && Files.isRegularFile(place.resolve(candidate))) {
                return of(place.resolve(candidate));
            }
        }
        var programs = programs(place);
        if (programs.size() != 1) {
            throw new FileNotFoundException(
                    programs.isEmpty()
                            ? "there is no .mlir file in " + place
                            : "there are "
                                    + programs.stream().map(Path::getFileName).toList() + " in " + place + " and no "
                                    + name + PROGRAM + ": say which with optModelName");
        }
        return of(programs.getFirst());
    }

    private static List<Path> programs(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(PROGRAM))
                    .sorted()
                    .toList();
        }
    }

    private static ModelDirectory of(Path program) {
        return new ModelDirectory(program, beside(program, ".safetensors"), beside(program, ".json"));
    }

    private static Optional<Path> beside(Path program, String extension) {
        var file = program.resolveSibling(modelName(program) + extension);
        return Optional.of(file).filter(Files::isRegularFile);
    }

    private static String modelName(Path program) {
        return program.getFileName().toString().replaceFirst("\\.mlir$", "");
    }

    String name() {
        return modelName(program);
    }

    /** The program's text and its signature, with the names that the directory gives. */
    ProgramSource source() throws IOException, MalformedModelException {
        try {
            var text = Files.readString(program);
            return new ProgramSource(name(), text, named(SignatureParser.parse(text)));
        } catch (java.nio.charset.MalformedInputException bytecode) {
            throw new MalformedModelException(
                    program + " is no text: export the program as text, not as MLIR bytecode", bytecode);
        } catch (MalformedModelException unreadable) {
            throw new MalformedModelException(program + ": " + unreadable.getMessage(), unreadable);
        }
    }

    private ProgramSignature named(ProgramSignature signature) throws IOException, MalformedModelException {
        if (names.isEmpty()) {
            return signature;
        }
        var json = json(names.get());
        var arguments = new ArrayList<>(signature.arguments());
        var argumentNames = list(json, "arguments", arguments.size());
        for (var index = 0; index < argumentNames.size(); index++) {
            arguments.set(index, arguments.get(index).named(argumentNames.get(index)));
        }
        var results = new ArrayList<>(signature.results());
        var resultNames = list(json, "results", results.size());
        for (var index = 0; index < resultNames.size(); index++) {
            results.set(
                    index,
                    new ProgramSignature.Result(
                            resultNames.get(index), results.get(index).shape()));
        }
        return new ProgramSignature(arguments, results);
    }

    private static JsonObject json(Path file) throws IOException, MalformedModelException {
        try (var reader = Files.newBufferedReader(file)) {
            return JsonUtils.GSON.fromJson(reader, JsonObject.class);
        } catch (JsonParseException error) {
            throw new MalformedModelException(file + " is no JSON object: " + error.getMessage(), error);
        }
    }

    /** A list of names, empty if there is none. */
    private List<String> list(JsonObject json, String key, int count) throws MalformedModelException {
        if (json == null || !json.has(key)) {
            return List.of();
        }
        if (!(json.get(key) instanceof JsonArray array)) {
            throw new MalformedModelException("\"" + key + "\" in " + names.get() + " is no list");
        }
        var list = new ArrayList<String>();
        array.forEach(element -> list.add(element.getAsString()));
        Set<String> distinct = new HashSet<>(list);
        if (list.size() != count || distinct.size() != count) {
            throw new MalformedModelException("\"" + key + "\" in " + names.get() + " has " + list.size() + " names, "
                    + distinct.size() + " of them different; the program has " + count + " " + key);
        }
        return list;
    }
}
