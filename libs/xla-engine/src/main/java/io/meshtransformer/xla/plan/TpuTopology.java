package io.meshtransformer.xla.plan;

import io.meshtransformer.pjrt.NamedValue;
import io.meshtransformer.pjrt.Topology;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A slice of TPUs by libtpu's name, "v3:8x16". libtpu would describe slices that nobody can rent; these are those there are.
 *
 * @param devices that programs see
 */
public record TpuTopology(String name, TpuGeneration generation, int devices) {
    private static final String MEMORY = "device_memory_bytes_limit";

    /** @throws PlanException if there is no such slice; lists those there are */
    public static TpuTopology named(String name) {
        var colon = name.indexOf(':');
        var generation = TpuGeneration.named(colon < 0 ? name : name.substring(0, colon))
                .orElseThrow(() -> new PlanException("'%s' is no TPU topology; there are %s"
                        .formatted(
                                name,
                                Arrays.stream(TpuGeneration.values())
                                        .map(TpuTopology::listed)
                                        .collect(Collectors.joining("; ")))));
        var shape = colon < 0 ? "" : name.substring(colon + 1);
        return generation
                .devices(shape)
                .map(devices -> new TpuTopology(name, generation, devices))
                .orElseThrow(() -> new PlanException(
                        "there is no topology '%s'; there are %s".formatted(name, listed(generation))));
    }

    /** @throws PlanException if there are fewer devices than that; lists the slices of this generation that have enough */
    public void requireDevices(long count) {
        if (count > devices) {
            var enough = generation.topologies().stream()
                    .map(TpuTopology::named)
                    .filter(topology -> topology.devices >= count)
                    .map(TpuTopology::toString)
                    .collect(Collectors.joining(", "));
            throw new PlanException("%s has %d devices, %d are asked for; %s"
                    .formatted(
                            name,
                            devices,
                            count,
                            enough.isEmpty()
                                    ? "no slice of " + generation.prefix() + " has as many"
                                    : "enough have " + enough));
        }
    }

    /** HBM that a program may fill on each device, in bytes, as libtpu tells. */
    long memory(Topology described) {
        var attributes = described.devices().getFirst().attributes();
        if (attributes.get(MEMORY) instanceof NamedValue.Int64 limit) {
            return generation.memoryOf(limit.number());
        }
        throw new PlanException("libtpu does not tell the memory of the devices of " + name);
    }

    private static String listed(TpuGeneration generation) {
        return generation.topologies().stream()
                .map(TpuTopology::named)
                .map(TpuTopology::toString)
                .collect(Collectors.joining(", "));
    }

    /** "v3:8x16 (256)", with the devices. */
    @Override
    public String toString() {
        return name + " (" + devices + ")";
    }
}
