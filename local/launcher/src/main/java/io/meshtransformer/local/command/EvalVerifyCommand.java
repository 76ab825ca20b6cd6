package io.meshtransformer.local.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshtransformer.local.LauncherException;
import io.meshtransformer.local.client.EvaluationClient;
import io.meshtransformer.local.suite.RunningSuite;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Verifies a receipt. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Asks some of a receipt's documents again and says whether it holds.",
            "It holds where model, tokenizer, tasks and documents are the same, and the answers too; else the exit code is 1."
        },
        footer = {"", "Examples:", "  mtj eval verify stories-1.json", "  mtj eval verify stories-1.json --sample 100"})
public final class EvalVerifyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private HomeOption home;

    @Parameters(index = "0", paramLabel = "RECEIPT", description = "A file that 'mtj eval receipt' wrote.")
    private Path file;

    @Option(
            names = "--sample",
            paramLabel = "N",
            defaultValue = "20",
            description = "Documents of each task and protocol to ask again. Default: ${DEFAULT-VALUE}")
    private int sample;

    @Option(names = "--json", description = "Print what the gateway answers.")
    private boolean json;

    private EvalVerifyCommand() {}

    @Override
    public Integer call() throws InterruptedException, JsonProcessingException {
        if (sample < 1) {
            throw new ParameterException(spec.commandLine(), "--sample is %d: it must be at least 1".formatted(sample));
        }
        var receipt = receipt();
        var client = new EvaluationClient(
                RunningSuite.required(home.home()).awaitReady().state().url());
        var verified = client.verify(receipt, sample);
        var holds = verified.path("holds").asBoolean();
        spec.commandLine().getOut().println(json ? Output.json(verified) : sentences(verified, holds));
        return holds ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private JsonNode receipt() {
        try {
            var receipt = new ObjectMapper().readTree(file.toFile());
            if (receipt.isObject()) {
                return receipt;
            }
            throw new LauncherException("%s is no receipt: it holds no JSON object".formatted(file));
        } catch (JsonProcessingException e) {
            throw new LauncherException("%s is no receipt: %s".formatted(file, e.getOriginalMessage()), e);
        } catch (IOException e) {
            throw new LauncherException("%s can't be read: %s".formatted(file, e), e);
        }
    }

    private String sentences(JsonNode verified, boolean holds) {
        var text = new StringBuilder(String.format(
                Locale.ROOT,
                "%s %s: %d documents asked again, largest difference of a log-probability %.3g nats",
                file,
                holds ? "holds" : "does not hold",
                verified.path("documents").asLong(),
                verified.path("largest_difference").asDouble()));
        verified.path("findings")
                .forEach(finding ->
                        text.append(System.lineSeparator()).append("  ").append(finding.asText()));
        return text.toString();
    }
}
