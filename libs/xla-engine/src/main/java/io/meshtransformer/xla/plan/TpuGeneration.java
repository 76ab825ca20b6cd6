package io.meshtransformer.xla.plan;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The TPUs that libtpu compiles for, by its names for them. Peak (bf16; what XLA multiplies fp32 by, too, unless told
 * otherwise, and then in several passes), HBM and bandwidth are those of Google's "TPU architecture" pages, for v2 those
 * of Jouppi et al. 2020, "A domain-specific supercomputer for training deep neural networks". A device, as programs see
 * it, is a core in v2, v3, v4 and 7x, and a chip in the others.
 */
public enum TpuGeneration {
    V2("v2", "TPU v2", 2, false, 16, 700, 46, plane(2, 2, 4, 4, 8, 8, 8, 16, 16, 16)),
    V3("v3", "TPU v3", 2, false, 32, 900, 123, plane(2, 2, 4, 4, 4, 8, 8, 8, 8, 16, 16, 16, 16, 32, 32, 32)),
    /** Without its "megacore", in which two cores are one device: libtpu's default. */
    V4("v4", "TPU v4", 2, true, 32, 1200, 275, cubes()),
    V5E("v5e", "TPU v5 lite", 1, false, 16, 819, 197, plane(1, 1, 2, 2, 2, 4, 4, 4, 4, 8, 8, 8, 8, 16, 16, 16)),
    V5P("v5p", "TPU v5", 1, false, 95, 2765, 459, cubes()),
    V6E("v6e", "TPU v6 lite", 1, false, 32, 1638, 918, plane(1, 1, 2, 2, 2, 4, 4, 4, 4, 8, 8, 8, 8, 16, 16, 16)),
    TPU7X("tpu7x", "TPU7x", 2, false, 192, 7380, 2307, cubes());

    private static final double GIGA = 1e9;
    private static final double TERA = 1e12;

    private final String prefix;
    private final String kind;
    private final int devicesPerChip;
    private final boolean memoryShared;
    private final int chipGigabytes;
    private final double chipBandwidth;
    private final double chipPeak;
    private final List<List<Integer>> shapes;

    TpuGeneration(
            String prefix,
            String kind,
            int devicesPerChip,
            boolean memoryShared,
            int chipGigabytes,
            double chipBandwidth,
            double chipPeak,
            List<List<Integer>> shapes) {
        this.prefix = prefix;
        this.kind = kind;
        this.devicesPerChip = devicesPerChip;
        this.memoryShared = memoryShared;
        this.chipGigabytes = chipGigabytes;
        this.chipBandwidth = chipBandwidth;
        this.chipPeak = chipPeak;
        this.shapes = shapes;
    }

    /** What stands before the colon in a topology's name. */
    public String prefix() {
        return prefix;
    }

    /** What libtpu calls its devices. */
    public String kind() {
        return kind;
    }

    public int devicesPerChip() {
        return devicesPerChip;
    }

    /** HBM of a chip, in gigabytes as it is sold. */
    public int chipGigabytes() {
        return chipGigabytes;
    }

    /** Bytes per second between a device and HBM. */
    public double bandwidth() {
        return chipBandwidth * GIGA / devicesPerChip;
    }

    /** FLOPs per second of a device's matrix units, bf16. */
    public double peakFlops() {
        return chipPeak * TERA / devicesPerChip;
    }

    /** HBM that one device may fill, of what libtpu lets it address: the two cores of a v4 chip share theirs. */
    long memoryOf(long addressable) {
        return memoryShared ? addressable / devicesPerChip : addressable;
    }

    /** The slices that there are, as topology names, smallest first. */
    public List<String> topologies() {
        return shapes.stream().map(shape -> prefix + ":" + text(shape)).toList();
    }

    /** Devices of a slice; empty if there is none of this shape. */
    Optional<Integer> devices(String shape) {
        return shapes.stream()
                .filter(known -> text(known).equals(shape))
                .findFirst()
                .map(known -> devicesPerChip * known.stream().reduce(1, Math::multiplyExact));
    }

    /** By what libtpu calls a device. */
    public static Optional<TpuGeneration> ofKind(String kind) {
        return Arrays.stream(values())
                .filter(generation -> generation.kind.equals(kind))
                .findFirst();
    }

    static Optional<TpuGeneration> named(String prefix) {
        return Arrays.stream(values())
                .filter(generation -> generation.prefix.equals(prefix))
                .findFirst();
    }

    private static String text(List<Integer> shape) {
        return shape.stream().map(String::valueOf).collect(Collectors.joining("x"));
    }

    private static List<List<Integer>> plane(int... sides) {
        return Stream.iterate(0, i -> i < sides.length, i -> i + 2)
                .map(i -> List.of(sides[i], sides[i + 1]))
                .toList();
    }

    /** Up to 4x4x4, the block that larger slices are put together from by switches; of those the usual ones. */
    private static List<List<Integer>> cubes() {
        return List.of(
                List.of(2, 2, 1),
                List.of(2, 2, 2),
                List.of(2, 2, 4),
                List.of(2, 4, 4),
                List.of(4, 4, 4),
                List.of(4, 4, 8),
                List.of(4, 8, 8),
                List.of(8, 8, 8),
                List.of(8, 8, 16),
                List.of(8, 16, 16));
    }
}
