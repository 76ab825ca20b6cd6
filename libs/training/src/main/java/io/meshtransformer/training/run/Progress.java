package io.meshtransformer.training.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Where a run is, beside its weights: what a checkpoint keeps so that the next step is the one that an unbroken run would
 * take.
 *
 * @param step the last one that is in the weights
 * @param firstStep number before the run's first step: 0, or where a kept optimiser came from
 * @param scheduleOffset to be added to the steps taken for the learning rate's schedule
 * @param windows that the run has seen
 */
public record Progress(long step, long firstStep, long scheduleOffset, long windows, GradientNoise.Averages noise) {

    public static Progress beginning(long firstStep, long scheduleOffset) {
        return new Progress(firstStep, firstStep, scheduleOffset, 0, GradientNoise.Averages.NONE);
    }

    Progress afterStep(int windowsOfStep) {
        return new Progress(step + 1, firstStep, scheduleOffset, windows + windowsOfStep, noise);
    }

    Progress withNoise(GradientNoise.Averages averages) {
        return new Progress(step, firstStep, scheduleOffset, windows, averages);
    }

    /** Steps that count for the schedule, before the next one. */
    long scheduleCount() {
        return step + scheduleOffset;
    }

    public ObjectNode toJson() {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("step", step)
                .put("first_step", firstStep)
                .put("schedule_offset", scheduleOffset)
                .put("windows", windows);
        json.putObject("noise")
                .put("steps", noise.steps())
                .put("squared_gradient", noise.squaredGradient())
                .put("covariance", noise.covariance());
        return json;
    }

    /** @throws IllegalArgumentException if it is not what {@link #toJson} gives */
    public static Progress parse(JsonNode json) {
        return new Progress(
                whole(json, "step"),
                whole(json, "first_step"),
                whole(json, "schedule_offset"),
                whole(json, "windows"),
                new GradientNoise.Averages(
                        whole(json.path("noise"), "steps"),
                        number(json.path("noise"), "squared_gradient"),
                        number(json.path("noise"), "covariance")));
    }

    private static long whole(JsonNode json, String key) {
        if (!json.path(key).isIntegralNumber()) {
            throw new IllegalArgumentException("progress: " + key + " is " + json.path(key) + ", no whole number");
        }
        return json.get(key).longValue();
    }

    private static double number(JsonNode json, String key) {
        if (!json.path(key).isNumber()) {
            throw new IllegalArgumentException("progress: " + key + " is " + json.path(key) + ", no number");
        }
        return json.get(key).doubleValue();
    }
}
