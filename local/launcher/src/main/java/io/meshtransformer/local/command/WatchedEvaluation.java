package io.meshtransformer.local.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshtransformer.local.client.EvaluationClient;
import io.meshtransformer.local.display.ProgressDisplay;
import io.meshtransformer.local.evaluation.EvaluationTable;
import io.meshtransformer.local.evaluation.FollowedEvaluation;
import java.io.PrintWriter;
import java.time.InstantSource;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;

/**
 * An evaluation that is followed to its end, in the terminal; then its table is printed.
 *
 * @param json print the evaluation instead; progress goes to the error output then
 */
record WatchedEvaluation(EvaluationClient client, String name, CommandLine line, boolean json) {
    private static final String RECEIPT = "receipt";

    /** Who is interrupted leaves it to the suite. */
    int watch() throws InterruptedException, JsonProcessingException {
        try (var display = display()) {
            return end(client.follow(name, new FollowedEvaluation(display)), display);
        }
    }

    /**
     * Who is interrupted cancels it.
     *
     * @param afterwards done then, when it has ended
     */
    int watchOrCancel(Runnable afterwards) throws InterruptedException, JsonProcessingException {
        try (var display = display()) {
            try (var _ = Interruption.of(
                    () -> {
                        display.line("cancelling");
                        client.cancel(name);
                    },
                    afterwards)) {
                return end(client.follow(name, new FollowedEvaluation(display)), display);
            }
        }
    }

    private int end(JsonNode evaluation, ProgressDisplay display) throws JsonProcessingException {
        var finished = new FollowedEvaluation(display).end(evaluation);
        var out = line.getOut();
        if (json) {
            out.println(Output.json(withoutReceipt(evaluation)));
        } else if (evaluation.path("done").asLong() > 0) {
            out.println();
            out.print(EvaluationTable.of(evaluation));
        }
        out.flush();
        return finished ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private ProgressDisplay display() {
        PrintWriter where = json ? line.getErr() : line.getOut();
        return TerminalProgress.possible()
                ? ProgressDisplay.terminal(where)
                : ProgressDisplay.plain(where, InstantSource.system());
    }

    /** A receipt has a line for every document, and a command of its own. */
    static JsonNode withoutReceipt(JsonNode evaluation) {
        return ((ObjectNode) evaluation).without(RECEIPT);
    }
}
