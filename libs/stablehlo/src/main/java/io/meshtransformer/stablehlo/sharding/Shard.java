package io.meshtransformer.stablehlo.sharding;

import io.meshtransformer.stablehlo.type.Shape;
import java.util.List;

/**
 * The part of a global tensor that one device holds.
 *
 * @param offsets of its first element, per dimension
 * @param shape of the part
 */
public record Shard(List<Long> offsets, Shape shape) {
    public Shard {
        offsets = List.copyOf(offsets);
    }
}
