package io.meshtransformer.local.command;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.local.LauncherException;
import io.meshtransformer.training.data.DataException;
import io.meshtransformer.training.data.WindowSetWriter;
import io.meshtransformer.training.data.document.ReadingOptions;
import io.meshtransformer.training.data.document.TextLayout;
import io.meshtransformer.training.data.prepare.HeldOut;
import io.meshtransformer.training.data.prepare.Preparation;
import io.meshtransformer.training.data.prepare.PreparationOptions;
import io.meshtransformer.training.data.prepare.PreparationReport;
import io.meshtransformer.training.data.prepare.Vocabulary;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes windows of texts. */
@Command(
        name = "prepare",
        mixinStandardHelpOptions = true,
        description = {
            "Reads documents, tokenises them, joins them with end-of-text between and cuts windows: what runs learn from.",
            "Sources are .txt, .jsonl and .tfrecords files, also with .gz or .zst behind that, and folders of them."
        },
        footer = {
            "",
            "Examples:",
            "  mtj data prepare stories.txt --tokenizer models/stories --out data/stories",
            "  mtj data prepare pile/ --tokenizer models/gptj --validation 1%% --out data/pile",
        })
public final class DataPrepareCommand implements Callable<Integer> {
    /** GPT-J-6B's. */
    private static final int DEFAULT_SEQUENCE = 2048;

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "SOURCE", description = "Files and folders of documents.")
    private List<Path> sources;

    @Option(
            names = "--tokenizer",
            required = true,
            paramLabel = "DIR-or-FILE",
            description = "A model's folder, or its tokenizer.json.")
    private Path tokenizer;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "The folder to make.")
    private Path out;

    @Option(
            names = "--sequence",
            paramLabel = "N",
            description = "Tokens of a sequence; a window has one more. Default: the context of the model beside the"
                    + " tokenizer, else " + DEFAULT_SEQUENCE)
    private Integer sequence;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "" + PreparationOptions.SEED,
            description = "Of the order of documents, and of those held out. Default: ${DEFAULT-VALUE}")
    private long seed;

    @Option(names = "--preserve-order", description = "Keep documents in the sources' order.")
    private boolean preserveOrder;

    @Option(
            names = "--validation",
            paramLabel = "N-or-SHARE",
            description =
                    "Documents held out, into validation/ of the folder: 110, 5%%, 0.05, or 0 for none. Default: 5%%,"
                            + " and none of fewer than 100 documents")
    private String validation;

    @Option(names = "--validation-last", description = "Hold out the sources' last documents rather than any.")
    private boolean validationLast;

    @Option(
            names = "--documents",
            paramLabel = "HOW",
            defaultValue = "separated",
            description = "What a document of a .txt file is: separated (by end-of-text as it is written; without any,"
                    + " the file is one), lines (each is one), whole (the file is one). Default: ${DEFAULT-VALUE}")
    private String documents;

    @Option(
            names = "--ended-only",
            description = "Leave out what stands behind a .txt file's last separator: it may be cut off.")
    private boolean endedOnly;

    @Option(
            names = "--keep-line-breaks",
            description = "Line breaks at a document's beginning and end belong to it, as for mesh-transformer-jax.")
    private boolean keepLineBreaks;

    @Option(
            names = "--text-key",
            paramLabel = "KEY",
            defaultValue = "text",
            description = "Which member of a line of JSON is the text. Default: ${DEFAULT-VALUE}")
    private String textKey;

    @Option(
            names = "--end-of-text",
            paramLabel = "TOKEN",
            description = "The token that ends a document. Default: the tokenizer's own, else <|endoftext|>")
    private String endOfText;

    @Option(names = "--threads", paramLabel = "N", description = "Threads that tokenise. Default: one for each core")
    private Integer threads;

    @Option(names = "--json", description = "Print one object instead of the table.")
    private boolean json;

    private DataPrepareCommand() {}

    @Override
    public Integer call() throws IOException {
        var begin = System.nanoTime();
        var report = prepare();
        var seconds = (System.nanoTime() - begin) / 1e9;
        var output = spec.commandLine().getOut();
        output.println(json ? DataReport.json(out, report, seconds) : DataReport.table(out, report, seconds));
        output.flush();
        return 0;
    }

    private PreparationReport prepare() {
        try (var progress = DataProgress.start();
                var _ = CancelledByShutdown.of(Thread.currentThread())) {
            var options = options();
            var vocabulary = Vocabulary.load(tokenizer, Optional.ofNullable(endOfText));
            return new Preparation(vocabulary, options, progress).run(sources, out);
        } catch (DataException e) {
            throw new LauncherException(e.getMessage(), e);
        } catch (InterruptedIOException | ClosedByInterruptException e) {
            throw new LauncherException("cancelled: nothing was made", e);
        } catch (IOException e) {
            throw new LauncherException("%s cannot be made: %s".formatted(out, e), e);
        }
    }

    private PreparationOptions options() throws IOException {
        var heldOut = heldOut();
        var layout = layout();
        try {
            return new PreparationOptions(
                    sequence == null ? sequenceOfModel() : sequence,
                    seed,
                    preserveOrder,
                    heldOut,
                    new ReadingOptions(layout, endedOnly, keepLineBreaks, textKey),
                    threads == null ? Runtime.getRuntime().availableProcessors() : threads,
                    WindowSetWriter.FILE_BYTES);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private int sequenceOfModel() throws IOException {
        var directory = Files.isDirectory(tokenizer)
                ? tokenizer
                : tokenizer.toAbsolutePath().getParent();
        var config = directory.resolve("config.json");
        return Files.isRegularFile(config) ? GptjConfig.read(config).contextLength() : DEFAULT_SEQUENCE;
    }

    private HeldOut heldOut() {
        if (validation == null) {
            return HeldOut.USUAL;
        }
        try {
            if (validation.endsWith("%")) {
                var percent = Double.parseDouble(validation.substring(0, validation.length() - 1));
                return new HeldOut.Share(percent / 100, validationLast);
            }
            return validation.contains(".")
                    ? new HeldOut.Share(Double.parseDouble(validation), validationLast)
                    : new HeldOut.Count(Long.parseLong(validation), validationLast);
        } catch (NumberFormatException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--validation is '%s': it must be a number of documents, a percentage or a share, as 110, 5%% or 0.05"
                            .formatted(validation),
                    e);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--validation: " + e.getMessage(), e);
        }
    }

    private TextLayout layout() {
        return switch (documents.toLowerCase(Locale.ROOT)) {
            case "separated" -> TextLayout.SEPARATED;
            case "lines" -> TextLayout.LINES;
            case "whole" -> TextLayout.WHOLE;
            default ->
                throw new ParameterException(
                        spec.commandLine(),
                        "--documents is '%s': there are separated, lines and whole".formatted(documents));
        };
    }
}
