package io.meshtransformer.gateway.suite;

import java.time.Instant;
import java.util.stream.LongStream;

/** A run of 800 steps that a test submits and lets take as many steps as it likes. */
public final class TrainingRun {
    public static final String RUNS = "/v1/training/runs";

    private static final long TOTAL_STEPS = 800;
    private static final double PEAK = 1.5e-3;
    private static final String CONFIGURATION = """
            {'name':'%s','model':{'config':'models/stories/config.json'},'tokenizer':'models/stories',
             'data':{'train':'data/stories','validation':{'tales':'data/stories-validation'}},'batch':16,'sequence':256,
             'steps':%d,'learning_rate':{'peak':%s,'end':0.00015,'warmup_steps':100,'anneal_steps':700}}""";

    private final String name;
    private final ScriptedTraining training;
    private final TalesCurve curve;
    private long taken;

    /** Submits it; a worker has begun. */
    public TrainingRun(GatewayClient client, ScriptedTraining training, String name) {
        this(client, training, name, PEAK, Instant.now());
    }

    /** @param peak learning rate */
    public TrainingRun(GatewayClient client, ScriptedTraining training, String name, double peak, Instant began) {
        this.name = name;
        this.training = training;
        this.curve = new TalesCurve(name, TOTAL_STEPS, peak, began);
        GatewayClient.answered(client.post(RUNS, CONFIGURATION.formatted(name, TOTAL_STEPS, peak)));
        training.happens(curve.started());
    }

    public String path() {
        return RUNS + "/" + name;
    }

    /** So many steps more are taken. */
    public TrainingRun steps(long more) {
        LongStream.rangeClosed(taken + 1, taken + more)
                .forEach(step -> curve.step(step).forEach(training::happens));
        taken += more;
        return this;
    }
}
