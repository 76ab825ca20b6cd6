package io.meshtransformer.local.plan;

import io.meshtransformer.xla.program.StateSharding;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What only {@code --train} has. */
final class TrainingPlanOptions {
    private static final String ALL = "all";

    @Option(
            names = "--accumulation",
            paramLabel = "N",
            defaultValue = "1",
            description = "With --train: micro-batches of a step. Default: ${DEFAULT-VALUE}; GPT-J-6B had 16")
    private int accumulation;

    @Option(
            names = "--sharding",
            paramLabel = "WHAT",
            defaultValue = ALL,
            description = "With --train: what replicas divide among them: plain (nothing), zero-1 (the moments), fsdp"
                    + " (weights too), or all to compare them. Default: ${DEFAULT-VALUE}")
    private String sharding;

    @Option(
            names = "--mfu",
            paramLabel = "SHARE",
            defaultValue = "0.35",
            description = "With --train: share of the peak that goes into the model's FLOPs. Default:"
                    + " ${DEFAULT-VALUE}, that of the run of 2021")
    private double mfu;

    @Option(
            names = "--tokens",
            paramLabel = "N",
            defaultValue = "402e9",
            description = "With --train: tokens that the run shall see. Default: ${DEFAULT-VALUE}, as GPT-J-6B")
    private double tokens;

    int accumulation() {
        return accumulation;
    }

    double mfu() {
        return mfu;
    }

    double tokens() {
        return tokens;
    }

    List<StateSharding> shardings() {
        return sharding.equals(ALL)
                ? List.of(StateSharding.values())
                : List.of(
                        StateSharding.valueOf(sharding.toUpperCase(Locale.ROOT).replace('-', '_')));
    }

    /** What is wrong with them, as a sentence. */
    Optional<String> problem() {
        if (accumulation < 1) {
            return Optional.of("--accumulation is " + accumulation + ": it must be at least 1");
        }
        if (!(mfu > 0 && mfu <= 1)) {
            return Optional.of("--mfu is " + mfu + ": it must be above 0 and at most 1");
        }
        if (!(tokens > 0)) {
            return Optional.of("--tokens is " + tokens + ": it must be above 0");
        }
        if (!List.of(ALL, "plain", "zero-1", "fsdp").contains(sharding)) {
            return Optional.of("--sharding is '" + sharding + "': there are plain, zero-1, fsdp and all");
        }
        return Optional.empty();
    }

    /** As the option names it. */
    static String name(StateSharding sharding) {
        return sharding.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
