package io.meshtransformer.local.command;

import io.meshtransformer.local.LauncherException;
import io.meshtransformer.training.data.DataException;
import io.meshtransformer.training.data.WindowIndex;
import io.meshtransformer.training.data.WindowSet;
import io.meshtransformer.training.data.prepare.Preparation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what a folder of windows holds. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Shows what a folder of windows holds and what it was made of, and finds files that are cut off.",
        footer = {"", "Examples:", "  mtj data show data/stories", "  mtj data show data/stories --verify --json"})
public final class DataShowCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "DIR", description = "What 'mtj data prepare' made.")
    private Path directory;

    @Option(names = "--verify", description = "Read every window and compare the hashes.")
    private boolean verify;

    @Option(names = "--json", description = "Print one object instead of the table.")
    private boolean json;

    private DataShowCommand() {}

    @Override
    public Integer call() throws IOException {
        try {
            var training = open(directory);
            var held = directory.resolve(Preparation.VALIDATION);
            var validation = Files.isDirectory(held) ? Optional.of(open(held)) : Optional.<WindowIndex>empty();
            var out = spec.commandLine().getOut();
            out.println(
                    json
                            ? DataReport.json(directory, training, validation)
                            : DataReport.table(directory, training, validation) + details(training));
            out.flush();
            return 0;
        } catch (DataException e) {
            throw new LauncherException(e.getMessage(), e);
        }
    }

    private WindowIndex open(Path set) throws IOException {
        var windows = WindowSet.open(set);
        if (verify) {
            windows.verify();
        }
        return windows.index();
    }

    private String details(WindowIndex index) {
        var text = new StringBuilder("%n%nvocabulary  %,d%ntokenizer   SHA-256 %s%norder       %s%nfiles       %,d%s"
                .formatted(
                        index.vocabulary(),
                        index.tokenizer(),
                        index.shuffleSeed().isPresent()
                                ? "shuffled, seed " + index.shuffleSeed().getAsLong()
                                : "the sources'",
                        index.files().size(),
                        verify ? ", every byte as it was written" : ""));
        var label = "sources     ";
        for (var source : index.sources()) {
            text.append("%n%s%s".formatted(label, source));
            label = " ".repeat(label.length());
        }
        return text.toString();
    }
}
