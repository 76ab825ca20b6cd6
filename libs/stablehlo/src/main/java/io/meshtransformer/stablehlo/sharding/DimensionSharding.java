package io.meshtransformer.stablehlo.sharding;

import java.util.List;

/**
 * How one dimension of a tensor lies on the mesh.
 *
 * @param axes that cut it, the first into the largest pieces; none leaves it whole
 * @param open whether the partitioner may cut it further
 */
public record DimensionSharding(List<String> axes, boolean open) {
    public DimensionSharding {
        axes = List.copyOf(axes);
    }

    /** Cut by these axes and no others. */
    public static DimensionSharding by(String... axes) {
        return new DimensionSharding(List.of(axes), false);
    }

    /** On every device in full. */
    public static DimensionSharding whole() {
        return by();
    }

    /** Cut by these axes, and by others if the partitioner finds that good. */
    public static DimensionSharding open(String... axes) {
        return new DimensionSharding(List.of(axes), true);
    }
}
