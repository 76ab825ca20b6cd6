package io.meshtransformer.local.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshtransformer.local.display.Figures;
import io.meshtransformer.local.display.ProgressDisplay;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/** Shows how an evaluation stands, until it has ended. */
public final class FollowedEvaluation implements Consumer<JsonNode> {
    private final ProgressDisplay display;
    private String state = "";
    private boolean served;

    public FollowedEvaluation(ProgressDisplay display) {
        this.display = display;
    }

    @Override
    public void accept(JsonNode evaluation) {
        var now = evaluation.path("state").asText();
        if (!now.equals(state)) {
            state = now;
            enter(evaluation);
        }
        if (!served && evaluation.path("served").isObject()) {
            served = true;
            display.line(served(evaluation));
        }
        if (now.equals("running")) {
            display.progress(progress(evaluation));
        }
    }

    private void enter(JsonNode evaluation) {
        var name = evaluation.path("name").asText();
        switch (state) {
            case "queued" -> display.line("queued: its turn comes");
            case "waiting" ->
                display.line(evaluation
                        .path("reason")
                        .asText("waiting for '%s' to be served"
                                .formatted(evaluation.at("/settings/model").asText())));
            case "paused" -> display.line("paused: './mtj eval resume %s' goes on".formatted(name));
            default -> {
                // Running is seen, what has ended is told by end; or it is of a later version.
            }
        }
    }

    private static String served(JsonNode evaluation) {
        var served = evaluation.path("served");
        return "%s on %s, %s, model %s: %d documents"
                .formatted(
                        served.path("model").asText(),
                        served.path("engine").asText(),
                        served.path("dtype").asText(),
                        EvaluationReport.abbreviated(served.path("model_hash")),
                        evaluation.path("documents").asLong());
    }

    /**
     * Says how it ended.
     *
     * @return whether it is finished
     */
    public boolean end(JsonNode evaluation) {
        var finished = evaluation.path("state").asText().equals("finished");
        if (finished) {
            display.progress(progress(evaluation));
        }
        display.settle();
        display.line(ending(evaluation));
        return finished;
    }

    private static String ending(JsonNode evaluation) {
        var name = evaluation.path("name").asText();
        return switch (evaluation.path("state").asText()) {
            case "finished" ->
                "finished%s: %d requests asked, %d answered before"
                        .formatted(
                                time(evaluation),
                                evaluation.path("asked").asLong(),
                                evaluation.path("reused").asLong());
            case "failed" -> "failed: %s".formatted(evaluation.path("reason").asText("no reason is known"));
            default ->
                "cancelled after %d of %d documents: './mtj eval resume %s' goes on"
                        .formatted(
                                evaluation.path("done").asLong(),
                                evaluation.path("documents").asLong(),
                                name);
        };
    }

    private static String time(JsonNode evaluation) {
        var started = evaluation.path("started");
        var finished = evaluation.path("finished");
        return started.isTextual() && finished.isTextual()
                ? " in "
                        + Figures.duration(
                                Duration.between(Instant.parse(started.asText()), Instant.parse(finished.asText())))
                : "";
    }

    private static EvaluationProgress progress(JsonNode evaluation) {
        var rate = evaluation.path("documents_per_second");
        var left = evaluation.path("seconds_left");
        return new EvaluationProgress(
                evaluation.path("done").asLong(),
                evaluation.path("documents").asLong(),
                rate.isNumber() ? OptionalDouble.of(rate.asDouble()) : OptionalDouble.empty(),
                left.isNumber() ? Optional.of(Duration.ofSeconds(Math.round(left.asDouble()))) : Optional.empty(),
                estimate(evaluation));
    }

    /** The first metric of the task that is being evaluated, or was last. */
    private static String estimate(JsonNode evaluation) {
        var several = evaluation.at("/settings/protocols").size() > 1;
        var text = "";
        for (var result : evaluation.path("results")) {
            var metric = result.path("metrics").path(0);
            if (metric.isMissingNode()) {
                continue;
            }
            text = "%s%s %s"
                    .formatted(
                            result.path("task").asText(),
                            several ? " " + result.path("protocol").asText() : "",
                            EvaluationTable.metric(metric));
            if (result.path("done").asLong() < result.path("documents").asLong()) {
                return text;
            }
        }
        return text;
    }
}
