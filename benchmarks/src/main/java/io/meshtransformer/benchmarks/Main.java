package io.meshtransformer.benchmarks;

import io.meshtransformer.benchmarks.streaming.StreamingLoad;
import io.meshtransformer.gptj.WeightFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.openjdk.jmh.runner.RunnerException;

/** The benchmarks' command line. */
public final class Main {
    private static final String USAGE = """
            usage: benchmarks.jar kernels [THREADS]        kernels against what the machine can give
                   benchmarks.jar engine                   decode steps of models/stories
                   benchmarks.jar decode DIRECTORY (bf16 | fp32) TOKENS [SEQUENCES]
                                                           a model of any size: load, prefill, decode
                   benchmarks.jar xla-programs             build time and text of GPT-J-6B's programs
                   benchmarks.jar xla-decode [DP MP [PLUGIN]]
                                                           a decode step of models/stories, against XLA's execution alone
                   benchmarks.jar xla-forward PYTHON       4 full-width layers, in turns with JAX
                   benchmarks.jar xla-train PYTHON         a training step of stories, in turns with JAX
                   benchmarks.jar train-loop MODEL         what the loop costs around the steps of models/stories
                   benchmarks.jar data PYTHON TOKENIZER TEXT...
                                                           texts to windows, in turns with Hugging Face tokenizers
                   benchmarks.jar stream [--help]          streamed completions of a running suite
                   benchmarks.jar jmh ...                  JMH's own command line""";

    private Main() {}

    public static void main(String[] arguments) throws IOException, RunnerException {
        switch (arguments.length == 0 ? "" : arguments[0]) {
            case "kernels" -> KernelReport.run(arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1);
            case "engine" -> EngineReport.run();
            case "decode" -> {
                if (arguments.length < 4) {
                    exitWithUsage();
                }
                ModelDecode.run(
                        Path.of(arguments[1]),
                        WeightFormat.of(arguments[2]),
                        Integer.parseInt(arguments[3]),
                        arguments.length > 4 ? Integer.parseInt(arguments[4]) : 1);
            }
            case "xla-programs" -> XlaPrograms.run();
            case "xla-decode" ->
                XlaDecode.run(
                        arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1,
                        arguments.length > 2 ? Integer.parseInt(arguments[2]) : 1,
                        arguments.length > 3 ? arguments[3] : "cpu");
            case "xla-forward" -> {
                if (arguments.length < 2) {
                    exitWithUsage();
                }
                XlaForward.run(arguments[1]);
            }
            case "train-loop" -> {
                if (arguments.length < 2) {
                    exitWithUsage();
                }
                TrainLoop.run(Path.of(arguments[1]));
            }
            case "data" -> {
                if (arguments.length < 4) {
                    exitWithUsage();
                }
                DataPreparation.run(
                        arguments[1],
                        Path.of(arguments[2]),
                        Arrays.stream(arguments).skip(3).map(Path::of).toList());
            }
            case "xla-train" -> {
                if (arguments.length < 2) {
                    exitWithUsage();
                }
                XlaTrain.run(arguments[1]);
            }
            case "stream" -> System.exit(StreamingLoad.run(Arrays.copyOfRange(arguments, 1, arguments.length)));
            case "jmh" -> org.openjdk.jmh.Main.main(Arrays.copyOfRange(arguments, 1, arguments.length));
            default -> exitWithUsage();
        }
    }

    private static void exitWithUsage() {
        System.err.println(USAGE);
        System.exit(2);
    }
}
