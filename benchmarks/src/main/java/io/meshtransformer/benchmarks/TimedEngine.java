package io.meshtransformer.benchmarks;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.training.TrainingEngine;
import io.meshtransformer.gptj.training.TrainingShape;
import io.meshtransformer.gptj.training.TrainingState;
import java.util.ArrayList;
import java.util.List;

/** An engine that notes for how long nothing was on its way, and why. */
final class TimedEngine implements TrainingEngine {
    private final TrainingEngine engine;
    private final List<Double> idleSeconds = new ArrayList<>();
    private final List<Double> pauseSeconds = new ArrayList<>();
    private int onTheirWay;
    private boolean snapshotTaken;
    private long idleSince;

    TimedEngine(TrainingEngine engine) {
        this.engine = engine;
    }

    /** Between two steps, one number for each pair; none where the second was started before the first ended. */
    List<Double> idleSeconds() {
        return idleSeconds;
    }

    /** The same where a snapshot was taken between them. */
    List<Double> pauseSeconds() {
        return pauseSeconds;
    }

    @Override
    public PendingStep start(int[] windows, double learningRate) {
        var pending = engine.start(windows, learningRate);
        if (onTheirWay == 0 && idleSince != 0) {
            (snapshotTaken ? pauseSeconds : idleSeconds).add((System.nanoTime() - idleSince) / 1e9);
        }
        snapshotTaken = false;
        onTheirWay++;
        return () -> {
            var result = pending.await();
            onTheirWay--;
            idleSince = System.nanoTime();
            return result;
        };
    }

    @Override
    public TrainingState snapshot() {
        snapshotTaken = true;
        return engine.snapshot();
    }

    @Override
    public GptjConfig config() {
        return engine.config();
    }

    @Override
    public TrainingShape shape() {
        return engine.shape();
    }

    @Override
    public long step() {
        return engine.step();
    }

    @Override
    public double[] evaluate(int[] windows) {
        return engine.evaluate(windows);
    }

    @Override
    public void close() {
        engine.close();
    }
}
