package io.meshtransformer.local.command;

import io.meshtransformer.local.LauncherException;
import io.meshtransformer.training.data.DataException;
import io.meshtransformer.training.data.WindowSet;
import io.meshtransformer.training.data.prepare.TfRecordExport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes windows for another program. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = "Writes the windows of a folder as TFRecords, as mesh-transformer-jax reads them.",
        footer = {"", "Example:", "  mtj data export data/stories --out stories_1871.tfrecords"})
public final class DataExportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "DIR", description = "What 'mtj data prepare' made, or validation/ in it.")
    private Path directory;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "The file to make.")
    private Path out;

    private DataExportCommand() {}

    @Override
    public Integer call() {
        try {
            var windows = WindowSet.open(directory);
            TfRecordExport.write(windows, out);
            var output = spec.commandLine().getOut();
            output.println(String.format(
                    Locale.ROOT, "%s: %,d records of %,d ids", out, windows.windows(), windows.windowTokens()));
            output.flush();
            return 0;
        } catch (DataException e) {
            throw new LauncherException(e.getMessage(), e);
        } catch (IOException e) {
            throw new LauncherException("%s cannot be written: %s".formatted(out, e), e);
        }
    }
}
