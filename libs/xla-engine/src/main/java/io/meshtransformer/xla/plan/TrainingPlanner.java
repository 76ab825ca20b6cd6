package io.meshtransformer.xla.plan;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.training.OptimiserOptions;
import io.meshtransformer.gptj.training.TrainingShape;
import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.xla.program.DeviceMesh;
import io.meshtransformer.xla.program.StateSharding;
import io.meshtransformer.xla.program.TrainingPrograms;
import java.util.Optional;

/** Plans what trains a GPT-J: its step, as an engine would take it on the whole mesh, activations computed twice. */
public final class TrainingPlanner {
    private final Planner planner;
    private final GptjConfig config;
    private final ElementType compute;
    private final int sequence;

    /**
     * How a run is spread.
     *
     * @param dp replicas
     * @param mp devices of a replica
     * @param batch sequences of a micro-batch on each replica
     * @param accumulation micro-batches of a step
     */
    public record Layout(int dp, int mp, int batch, int accumulation) {
        TrainingShape shape(int sequence) {
            return new TrainingShape(Math.multiplyExact(dp, batch), accumulation, sequence);
        }
    }

    public TrainingPlanner(Planner planner, GptjConfig config, ElementType compute, int sequence) {
        this.planner = planner;
        this.config = config;
        this.compute = compute;
        this.sequence = sequence;
    }

    /** @throws IllegalArgumentException if the model can't be cut so */
    public Plan plan(Layout layout, StateSharding sharding) {
        var mesh = new DeviceMesh(layout.dp(), layout.mp());
        var programs = new TrainingPrograms(
                config,
                mesh,
                compute,
                layout.shape(sequence),
                OptimiserOptions.DEFAULT,
                sharding,
                true,
                Optional.empty());
        return planner.plan(programs.trainStep().program(), 1);
    }

    /** What steps of a layout come to, by what the chips can do. */
    public TrainingEstimate estimate(Layout layout) {
        var devices = (long) layout.dp() * layout.mp();
        return TrainingEstimate.of(
                config,
                layout.shape(sequence).tokens(),
                planner.topology().generation().peakFlops() * devices);
    }
}
