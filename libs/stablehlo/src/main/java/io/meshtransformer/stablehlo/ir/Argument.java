package io.meshtransformer.stablehlo.ir;

import io.meshtransformer.stablehlo.sharding.Sharding;
import java.util.Optional;

/** What a function takes, by name and in order. */
public record Argument(String name, Value value, Optional<Sharding> sharding, Donation donation) {}
