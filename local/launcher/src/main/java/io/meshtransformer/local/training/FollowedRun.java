package io.meshtransformer.local.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.meshtransformer.local.client.TrainingClient;
import io.meshtransformer.local.display.Figures;
import io.meshtransformer.local.display.ProgressDisplay;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** Shows what a run says, until it has ended. */
public final class FollowedRun implements TrainingClient.Follower {
    /** Steps whose time tells how long the rest takes, validations and pauses included. */
    private static final int REMEMBERED = 100;

    private final ProgressDisplay display;
    private final Deque<Taken> lately = new ArrayDeque<>();
    private JsonNode last = MissingNode.getInstance();
    private long totalSteps;
    private String doing = "";
    private volatile Ending ending;

    private record Taken(long step, Instant time) {}

    /** How it ended. */
    public enum Ending {
        FINISHED,
        FAILED,
        CANCELLED
    }

    public FollowedRun(ProgressDisplay display) {
        this.display = display;
    }

    /** How the run ended, once {@link #done()}. */
    public Ending ending() {
        return ending;
    }

    @Override
    public boolean done() {
        return ending != null;
    }

    /** Step last heard of. */
    public long step() {
        return last.path("step").asLong();
    }

    @Override
    public void onRun(JsonNode run) {
        last = run;
        totalSteps = run.path("total_steps").asLong();
        switch (run.path("state").asText()) {
            case "finished" -> end(Ending.FINISHED, "finished with step " + step());
            case "failed" -> end(Ending.FAILED, "failed: " + run.path("reason").asText("no reason is known"));
            case "cancelled" -> end(Ending.CANCELLED, "cancelled after step " + step());
            default -> show();
        }
    }

    @Override
    public void onEvent(JsonNode event) {
        switch (event.path("type").asText()) {
            case "step" -> step(event);
            case "validation" ->
                display.line("step %d  validation %s %s"
                        .formatted(
                                event.path("step").asLong(),
                                event.path("set").asText(),
                                Figures.loss(event.path("loss"))));
            case "checkpoint" -> checkpoint(event);
            case "checkpoint-failed" ->
                display.line("step %d  the checkpoint was not written: %s"
                        .formatted(
                                event.path("step").asLong(),
                                event.path("reason").asText()));
            case "queued" -> doing("queued: as many runs as may are running");
            case "starting" -> doing("worker " + event.path("attempt").asInt() + " starts");
            case "started" -> started(event);
            case "heartbeat" -> doing(inWords(event.path("phase").asText()));
            case "worker-failed" ->
                display.line("worker %d failed: %s"
                        .formatted(
                                event.path("attempt").asInt(),
                                event.path("reason").asText()));
            case "preempted" ->
                display.line("pre-empted: step " + event.path("step").asLong() + " is committed");
            case "restarting" ->
                display.line(String.format(
                        Locale.ROOT,
                        "starts again in %.0f s: %s",
                        event.path("pause").asDouble(),
                        event.path("reason").asText()));
            case "finished" ->
                end(Ending.FINISHED, "finished with step " + event.path("step").asLong());
            case "failed" ->
                end(Ending.FAILED, "failed: " + event.path("reason").asText());
            case "cancelled" -> end(Ending.CANCELLED, "cancelled after step " + step());
            default -> {
                // Of a later version, or nothing for a person.
            }
        }
    }

    private void started(JsonNode event) {
        totalSteps = event.path("total_steps").asLong();
        display.line("%s parameters on %d x %s (dp %d, mp %d), from step %d of %d"
                .formatted(
                        Figures.count(event.path("parameters")),
                        event.path("devices").asInt(),
                        event.path("device_kind").asText("device"),
                        event.at("/mesh/dp").asInt(),
                        event.at("/mesh/mp").asInt(),
                        event.path("step").asLong(),
                        totalSteps));
        lately.clear();
        doing("");
    }

    private void step(JsonNode event) {
        last = event;
        totalSteps = event.path("total_steps").asLong();
        doing = "";
        var taken = new Taken(step(), Instant.parse(event.path("time").asText()));
        // A run that goes on from a commit takes steps again.
        while (!lately.isEmpty() && lately.getLast().step() >= taken.step()) {
            lately.removeLast();
        }
        lately.addLast(taken);
        if (lately.size() > REMEMBERED) {
            lately.removeFirst();
        }
        show();
    }

    private void checkpoint(JsonNode event) {
        var best = event.path("best").asBoolean() ? ", the best so far" : "";
        display.line(
                event.path("publish").asBoolean()
                        ? "step %d  published".formatted(event.path("step").asLong())
                        : "step %d  checkpoint committed, %s%s"
                                .formatted(event.path("step").asLong(), Figures.bytes(event.path("bytes")), best));
    }

    private static String inWords(String phase) {
        return switch (phase) {
            case "loading" -> "loading weights";
            case "compiling" -> "compiling the step";
            case "validating" -> "validating";
            case "saving" -> "saving a checkpoint";
            default -> "";
        };
    }

    private void doing(String now) {
        doing = now;
        show();
    }

    private void show() {
        display.progress(new RunProgress(
                step(), totalSteps, figure("loss"), figure("tokens_per_second"), figure("mfu"), left(), doing));
    }

    private OptionalDouble figure(String name) {
        return last.path(name).isNumber() ? OptionalDouble.of(last.get(name).asDouble()) : OptionalDouble.empty();
    }

    private Optional<Duration> left() {
        if (lately.size() < 2) {
            return Optional.empty();
        }
        var first = lately.getFirst();
        var newest = lately.getLast();
        var each = Duration.between(first.time(), newest.time()).dividedBy(newest.step() - first.step());
        return Optional.of(each.multipliedBy(totalSteps - newest.step()));
    }

    private void end(Ending how, String line) {
        display.settle();
        display.line(line);
        ending = how;
    }
}
