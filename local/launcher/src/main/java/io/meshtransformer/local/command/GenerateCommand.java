package io.meshtransformer.local.command;

import io.meshtransformer.embedded.Ports;
import io.meshtransformer.local.client.CompletionRequest;
import io.meshtransformer.local.client.GatewayClient;
import io.meshtransformer.local.suite.EvaluationFolders;
import io.meshtransformer.local.suite.RunningSuite;
import io.meshtransformer.local.suite.Suite;
import io.meshtransformer.local.suite.SuiteOptions;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Continues a prompt. */
@Command(
        name = "generate",
        mixinStandardHelpOptions = true,
        description = {
            "Continues a prompt and shows the completion as it comes; what is left out is chosen by the gateway.",
            "Where no suite runs, one is started for the call and stopped after it."
        },
        footer = {
            "",
            "Examples:",
            "  mtj generate \"Once upon a time\" --max-tokens 60 --seed 7",
            "  mtj generate \"Tom had a dog.\" --temperature 0 --stop \"The end\" --json",
        })
public final class GenerateCommand implements Callable<Integer> {
    @Mixin
    private HomeOption home;

    @Mixin
    private ModelOptions modelOptions;

    @Parameters(index = "0", paramLabel = "PROMPT", description = "The text to continue.")
    private String prompt;

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            defaultValue = "64",
            description = "At most so many tokens. Default: ${DEFAULT-VALUE}")
    private int maxTokens;

    @Option(names = "--temperature", paramLabel = "T", description = "0 takes the likeliest token. Default: 1")
    private Double temperature;

    @Option(names = "--top-p", paramLabel = "P", description = "Only the likeliest tokens that make up P. Default: 1")
    private Double topP;

    @Option(names = "--top-k", paramLabel = "K", description = "Only the K likeliest tokens. Default: all")
    private Integer topK;

    @Option(names = "--seed", paramLabel = "S", description = "The same seed gives the same text. Default: a new one")
    private Long seed;

    @Option(names = "--stop", paramLabel = "TEXT", description = "End before this text; may be given several times.")
    private List<String> stop = List.of();

    @Option(
            names = "--model",
            paramLabel = "NAME-or-DIR",
            description = "Default: the model of the suite that runs, else " + ModelOptions.DEFAULT_MODEL)
    private String model;

    @Option(names = "--json", description = "Print the gateway's answer, one JSON object, at the end.")
    private boolean json;

    private GenerateCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        var running = RunningSuite.on(home.home());
        if (running.isPresent()) {
            generate(running.get().awaitReady());
        } else {
            generateAlone();
        }
        return 0;
    }

    private void generateAlone() throws InterruptedException {
        var found = ModelOptions.find(home.home(), model);
        var options = new SuiteOptions(
                Repository.root(),
                home.home(),
                Ports.free(),
                found,
                modelOptions.engine(),
                modelOptions.xla(found),
                modelOptions.dtype(found),
                EvaluationFolders.find(home.home(), null, null),
                false);
        System.err.println("no suite runs on " + options.home().directory() + ": starting one for this call");
        try (var suite = Suite.prepare(options, System.err, InstantSource.system())) {
            Runtime.getRuntime().addShutdownHook(new Thread(suite::close, "stop"));
            suite.start();
            generate(RunningSuite.on(options.home()).orElseThrow());
        }
    }

    private void generate(RunningSuite suite) throws InterruptedException {
        var client = new GatewayClient(suite.state().url());
        if (json) {
            System.out.println(client.complete(request(suite, false)).toPrettyString());
            return;
        }
        if (System.console() != null && System.console().isTerminal()) {
            // The story from its beginning; whoever reads a pipe knows the prompt.
            System.out.print(prompt);
        }
        client.stream(request(suite, true), text -> {
            System.out.print(text);
            System.out.flush();
        });
        System.out.println();
    }

    private CompletionRequest request(RunningSuite suite, boolean stream) {
        var name = ModelOptions.servedName(suite, model);
        return new CompletionRequest(name, prompt, maxTokens, temperature, topP, topK, seed, stop, stream);
    }
}
