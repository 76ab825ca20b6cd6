package io.meshtransformer.local.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshtransformer.local.client.EvaluationClient;
import picocli.CommandLine.Command;

/** Cancels an evaluation. */
@Command(
        name = "cancel",
        mixinStandardHelpOptions = true,
        description = "Ends an evaluation. What was answered is kept.",
        footer = {"", "Example:", "  mtj eval cancel stories-1"})
public final class EvalCancelCommand extends EvaluationChange {
    private EvalCancelCommand() {}

    @Override
    JsonNode change(EvaluationClient client, String name) throws InterruptedException {
        return client.cancel(name);
    }
}
