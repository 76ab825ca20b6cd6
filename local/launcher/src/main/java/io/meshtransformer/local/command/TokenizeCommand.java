package io.meshtransformer.local.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.meshtransformer.local.LauncherException;
import io.meshtransformer.local.model.ModelDirectory;
import io.meshtransformer.local.suite.RunningSuite;
import io.meshtransformer.tokenizer.Tokenizer;
import io.meshtransformer.tokenizer.TokenizerException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows the tokens of a text. Works without a running suite: the tokenizer is a file of the model. */
@Command(
        name = "tokenize",
        mixinStandardHelpOptions = true,
        description = {
            "Shows the tokens of a text: ids and pieces, a row each. No suite has to run.",
            "What is no whole character shows as its bytes."
        },
        footer = {"", "Examples:", "  mtj tokenize \"Once upon a time\"", "  mtj tokenize --json \"Once upon a time\""})
public final class TokenizeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private HomeOption home;

    @Parameters(index = "0", paramLabel = "TEXT", description = "The text; \"<|endoftext|>\" in it is one token.")
    private String text;

    @Option(
            names = "--model",
            paramLabel = "NAME-or-DIR",
            description = "Default: the model of the suite that runs, else " + ModelOptions.DEFAULT_MODEL)
    private String model;

    @Option(names = "--json", description = "Print a list of {id, piece}.")
    private boolean json;

    private TokenizeCommand() {}

    @Override
    public Integer call() throws JsonProcessingException {
        var tokenizer = tokenizer(model());
        var ids = encode(tokenizer);
        var out = spec.commandLine().getOut();
        if (json) {
            out.println(Output.json(rows(tokenizer, ids)));
            return 0;
        }
        out.printf("%7s  %s%n", "ID", "PIECE");
        for (var id : ids) {
            out.printf("%7d  %s%n", id, Output.piece(tokenizer.piece(id)));
        }
        return 0;
    }

    private ModelDirectory model() {
        if (model != null) {
            return ModelOptions.find(home.home(), model);
        }
        return ModelOptions.find(
                home.home(),
                RunningSuite.on(home.home())
                        .map(running -> running.state().modelDirectory())
                        .orElse(null));
    }

    private static Tokenizer tokenizer(ModelDirectory directory) {
        try {
            return Tokenizer.load(directory.path())
                    .orElseThrow(() -> new LauncherException(
                            "model '%s' has no tokenizer: it takes and gives ids only".formatted(directory.name())));
        } catch (TokenizerException e) {
            throw new LauncherException(e.getMessage(), e);
        }
    }

    private int[] encode(Tokenizer tokenizer) {
        try {
            return tokenizer.encode(text);
        } catch (TokenizerException e) {
            throw new LauncherException(e.getMessage(), e);
        }
    }

    private static List<Map<String, Object>> rows(Tokenizer tokenizer, int[] ids) {
        return Arrays.stream(ids)
                .<Map<String, Object>>mapToObj(id -> {
                    var row = new LinkedHashMap<String, Object>();
                    row.put("id", id);
                    row.put("piece", tokenizer.piece(id));
                    return row;
                })
                .toList();
    }
}
