package io.meshtransformer.training.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshtransformer.gptj.lora.LoraOptions;
import io.meshtransformer.gptj.training.LearningRateSchedule;
import io.meshtransformer.gptj.training.OptimiserOptions;
import io.meshtransformer.gptj.training.TrainingShape;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * All that a run is told: what a user writes as YAML, with every default filled in.
 *
 * @param name of the run and of its folder
 * @param tokenizer directory with {@code tokenizer.json}; what lies there goes with every checkpoint
 * @param seed of the first weights and of the order of windows
 * @param validation window directories by the names that their losses go under, in the user's order
 * @param steps after which the run is finished
 * @param evaluate tasks that every checkpoint is evaluated on
 */
public record RunConfiguration(
        String name,
        Start start,
        Path tokenizer,
        long seed,
        Path trainingData,
        Map<String, Path> validation,
        TrainingShape shape,
        long steps,
        OptimiserOptions optimiser,
        LearningRateSchedule learningRate,
        Optional<Lora> lora,
        DeviceOptions devices,
        ValidationRule validate,
        CheckpointRule checkpoints,
        List<String> evaluate,
        Launch launch) {

    /** Where the weights come from. */
    public sealed interface Start {
        Path path();

        /** Random weights. @param path of a {@code config.json} */
        record NewModel(Path path) implements Start {}

        /**
         * The weights of a model.
         *
         * @param path of a model's or a checkpoint's directory
         * @param keepOptimiser whether its moments and its count of steps go on, where it has them; else they begin afresh
         * @param continueSchedule whether the learning rate goes on from that count, else it warms up again
         */
        record Model(Path path, boolean keepOptimiser, boolean continueSchedule) implements Start {}
    }

    /**
     * Low-rank adapters in place of all weights; Hu et al. 2021.
     *
     * @param alpha times the product over the rank
     * @param targets of {@code q_proj}, {@code k_proj}, {@code v_proj}, {@code out_proj}
     */
    public record Lora(int rank, double alpha, List<String> targets) {
        public Lora {
            targets = List.copyOf(targets);
        }

        public LoraOptions options() {
            return LoraOptions.ofModules(rank, alpha, targets);
        }
    }

    /** How weights and moments lie over the replicas. */
    public enum Sharding {
        /** Each replica has all of them. */
        PLAIN,
        /** Moments are divided over the replicas; Rajbhandari et al. 2019. */
        ZERO1,
        /** So are the weights. */
        FSDP
    }

    /**
     * What computes.
     *
     * @param plugin {@code cpu}, {@code tpu}, {@code cuda}, or a library's path
     * @param compute {@code fp32} or {@code bf16}; master weights and moments are fp32 always
     * @param rematerialise whether a block is computed again for its gradient instead of being kept
     */
    public record DeviceOptions(
            String plugin, int dp, int mp, String compute, Sharding sharding, boolean rematerialise) {}

    /**
     * @param every steps between two validations
     * @param windows of each set, from its beginning; 0 for all
     */
    public record ValidationRule(long every, int windows) {}

    /**
     * @param every steps between two checkpoints; one is made at the end of a run too
     * @param keepLast newest that are kept
     * @param keepEvery checkpoints of steps that this divides are kept for good; 0 for none
     * @param keepBest whether the one with the least validation loss is kept
     */
    public record CheckpointRule(long every, int keepLast, long keepEvery, boolean keepBest) {}

    /**
     * Where the worker runs.
     *
     * @param on {@code local} or {@code kubernetes}
     * @param accelerator of TPU nodes, such as {@code tpu-v5-lite-podslice}; empty on this machine
     * @param topology of the slice, such as {@code 2x4}; empty on this machine
     * @param hosts that make the slice
     */
    public record Launch(String on, String accelerator, String topology, int hosts) {
        public static final String LOCAL = "local";
        public static final String KUBERNETES = "kubernetes";
    }

    public RunConfiguration {
        validation = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(validation));
        evaluate = List.copyOf(evaluate);
    }

    /**
     * Reads what a user wrote.
     *
     * @param folder against which relative paths go
     * @throws InvalidConfigurationException with every problem, by key
     */
    public static RunConfiguration parse(JsonNode json, Path folder) {
        return new ConfigurationReader(json, folder).read();
    }

    /** Every key with its value, paths made absolute: {@link #parse} gives the same again. */
    public ObjectNode toJson() {
        return ConfigurationWriter.write(this);
    }

    /**
     * What must stay as it is for a run to go on: for each key that differs, a sentence. The number of steps, rules of
     * validation and of checkpoints, devices and where it runs may change.
     */
    public List<String> conflicts(RunConfiguration before) {
        return Conflicts.between(before, this);
    }

    /** Sets are validated in this order; the first one decides which checkpoint is best. */
    public Optional<String> decidingValidation() {
        return validation.keySet().stream().findFirst();
    }

    /** Whether another is the same to the letter. */
    public boolean sameAs(RunConfiguration other) {
        return Objects.equals(toJson(), other.toJson());
    }
}
