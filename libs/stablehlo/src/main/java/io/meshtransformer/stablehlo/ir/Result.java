package io.meshtransformer.stablehlo.ir;

import io.meshtransformer.stablehlo.sharding.Sharding;
import java.util.Optional;

/** What a function returns, by name and in order. Names are for callers; they are no part of the program's text. */
public record Result(String name, Value value, Optional<Sharding> sharding) {}
