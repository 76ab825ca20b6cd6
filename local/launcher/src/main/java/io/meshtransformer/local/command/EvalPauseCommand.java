package io.meshtransformer.local.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshtransformer.local.client.EvaluationClient;
import picocli.CommandLine.Command;

/** Pauses an evaluation. */
@Command(
        name = "pause",
        mixinStandardHelpOptions = true,
        description = "Asks the model nothing more until the evaluation is resumed. Answers on their way are kept.",
        footer = {"", "Example:", "  mtj eval pause stories-1"})
public final class EvalPauseCommand extends EvaluationChange {
    private EvalPauseCommand() {}

    @Override
    JsonNode change(EvaluationClient client, String name) throws InterruptedException {
        return client.pause(name);
    }
}
