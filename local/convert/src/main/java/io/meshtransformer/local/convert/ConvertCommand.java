package io.meshtransformer.local.convert;

import io.meshtransformer.files.DurableFiles;
import io.meshtransformer.gptj.mtj.MtjWriter;
import io.meshtransformer.gptj.safetensors.DataType;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Brings a model or checkpoint into another layout. */
@Command(
        name = "convert",
        mixinStandardHelpOptions = true,
        description = {
            "Brings a model or checkpoint into another layout. SRC is Hugging Face safetensors or .bin, a checkpoint",
            "of mesh-transformer-jax (npz shards, slim or full), a run, or one of its checkpoints: which, is seen.",
            "Every tensor is read back, compared and hashed before DST gets its name; the hashes are in",
            "DST/hashes.json. Memory stays under half a GB whatever the model."
        },
        footer = {
            "",
            "Examples:",
            "  mtj convert step_383500 models/gptj-6b --config 6B_roto_256.json",
            "  mtj convert models/gptj-6b gptj-6b-mtj --format mtj --shards 8 --dtype bf16",
            "  mtj convert stories@500 models/mine --dtype fp16",
            "  mtj convert models/gptj-6b models/mine --adapter ~/.mtj/runs/lora/adapter",
        })
public final class ConvertCommand implements Callable<Integer> {
    private static final int DEFAULT_SHARDS = 8;
    private static final Pattern AT_STEP = Pattern.compile("@\\d{1,18}$");

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SRC", description = "A directory, RUN or RUN@STEP. Of a run the newest checkpoint.")
    private String source;

    @Parameters(paramLabel = "DST", description = "The directory to make; it must not be there, or be empty.")
    private Path target;

    @Option(
            names = "--format",
            paramLabel = "LAYOUT",
            defaultValue = "hf",
            description = "hf: model directory with safetensors; mtj: mesh-transformer-jax shards; train: a run's"
                    + " checkpoint, to train on from. Default: ${DEFAULT-VALUE}")
    private String format;

    @Option(
            names = "--shards",
            paramLabel = "N",
            description = "Shards of --format mtj: 1, 2, 4, 8 or 16. Default: " + DEFAULT_SHARDS)
    private Integer shards;

    @Option(
            names = "--dtype",
            paramLabel = "TYPE",
            description = "fp32, bf16 or fp16. Moments are always fp32. Default: as the source has them")
    private String dtype;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration of a mesh-transformer-jax checkpoint that has no config.json beside it.")
    private Path config;

    @Option(
            names = "--adapter",
            paramLabel = "DIR",
            description = "A LoRA adapter in PEFT's layout, merged into the weights in fp32.")
    private Path adapter;

    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = "Where runs/RUN is, if not here. Default: $$MTJ_HOME, else ~/.mtj")
    private Path home;

    @Option(names = "--hashes", paramLabel = "FILE", description = "Write the hashes of the tensors here as well.")
    private Path hashes;

    @Option(names = "--json", description = "Print one object instead of the table.")
    private boolean json;

    @Override
    public Integer call() {
        var request = new Request(
                source(),
                target,
                layout(),
                shards == null ? DEFAULT_SHARDS : shards,
                Optional.ofNullable(dtype).map(this::type),
                Optional.ofNullable(config),
                Optional.ofNullable(adapter));
        requireUsage(
                shards == null || request.layout() == Layout.MTJ, "--shards is for --format mtj, not for " + format);
        requireUsage(
                MtjWriter.SHARDS.contains(request.shards()), "--shards is " + shards + ": there are 1, 2, 4, 8 and 16");
        requireUsage(
                request.layout() != Layout.TRAIN || request.type().orElse(DataType.F32) == DataType.F32,
                "a run's checkpoint is fp32: leave --dtype out");
        requireUsage(hashes == null || !Files.exists(hashes), "--hashes: " + hashes + " is there already");
        try {
            var report = convert(request);
            if (hashes != null) {
                DurableFiles.write(hashes, Conversion.json(report.hashes()));
            }
            spec.commandLine().getOut().println(json ? ReportText.json(report) : ReportText.table(report));
            spec.commandLine().getOut().flush();
            return CommandLine.ExitCode.OK;
        } catch (CancellationException e) {
            return failed("interrupted; nothing was written");
        } catch (NoSuchFileException e) {
            return failed("there is no " + e.getFile());
        } catch (FileSystemException e) {
            return failed(e.getReason() == null ? e.toString() : e.getMessage());
        } catch (IOException | IllegalArgumentException e) {
            return failed(e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    /** As given where that is here, else of the suite's runs. */
    private String source() {
        var run = AT_STEP.matcher(source).replaceFirst("");
        var isHere = Files.exists(Path.of(source)) || Files.exists(Path.of(run));
        return isHere || !Files.isDirectory(runs().resolve(run))
                ? source
                : runs().resolve(source).toString();
    }

    private Path runs() {
        var environment = System.getenv("MTJ_HOME");
        var standard = environment == null || environment.isBlank()
                ? Path.of(System.getProperty("user.home"), ".mtj")
                : Path.of(environment);
        return (home == null ? standard : home).resolve("runs");
    }

    private Report convert(Request request) throws IOException {
        try (var progress = new ProgressLine(spec.commandLine().getErr());
                var interruption = new Interruption()) {
            Watcher watcher = (part, done, total) -> {
                interruption.check();
                progress.at(part, done, total);
            };
            return new Conversion(request, watcher, InstantSource.system()).run();
        }
    }

    private int failed(String message) {
        spec.commandLine().getErr().println("mtj: " + message);
        return CommandLine.ExitCode.SOFTWARE;
    }

    private Layout layout() {
        for (var layout : Layout.values()) {
            if (layout.optionName().equals(format)) {
                return layout;
            }
        }
        throw usage("--format is '" + format + "': there are hf, mtj and train");
    }

    private DataType type(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "fp32" -> DataType.F32;
            case "bf16" -> DataType.BF16;
            case "fp16" -> DataType.F16;
            default -> throw usage("--dtype is '" + name + "': there are fp32, bf16 and fp16");
        };
    }

    private void requireUsage(boolean condition, String message) {
        if (!condition) {
            throw usage(message);
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
