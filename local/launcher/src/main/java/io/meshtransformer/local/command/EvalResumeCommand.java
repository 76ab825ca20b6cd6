package io.meshtransformer.local.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshtransformer.local.client.EvaluationClient;
import picocli.CommandLine.Command;

/** Resumes an evaluation. */
@Command(
        name = "resume",
        mixinStandardHelpOptions = true,
        description =
                "Goes on with an evaluation that was paused, cancelled, or failed. What was answered is not asked again.",
        footer = {"", "Example:", "  mtj eval resume stories-1"})
public final class EvalResumeCommand extends EvaluationChange {
    private EvalResumeCommand() {}

    @Override
    JsonNode change(EvaluationClient client, String name) throws InterruptedException {
        return client.resume(name);
    }
}
