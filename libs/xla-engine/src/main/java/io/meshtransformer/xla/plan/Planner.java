package io.meshtransformer.xla.plan;

import io.meshtransformer.pjrt.CompileOptions;
import io.meshtransformer.pjrt.Executable;
import io.meshtransformer.pjrt.PjrtException;
import io.meshtransformer.pjrt.Plugin;
import io.meshtransformer.pjrt.Topology;
import io.meshtransformer.stablehlo.ir.Program;
import io.meshtransformer.xla.hlo.HloCost;
import io.meshtransformer.xla.hlo.HloModule;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Plans programs for a topology of TPUs that need not be there: compiles them by libtpu and reads what came out. */
public final class Planner implements AutoCloseable {
    private final TpuTopology topology;
    private final Topology described;
    private final long memory;
    private final LongSupplier nanoTime;

    private Planner(TpuTopology topology, Topology described, LongSupplier nanoTime) {
        this.topology = topology;
        this.described = described;
        this.memory = topology.memory(described);
        this.nanoTime = nanoTime;
    }

    /**
     * @param plugin libtpu
     * @param nanoTime a clock for compile times, {@code System::nanoTime}
     */
    public static Planner of(Plugin plugin, TpuTopology topology, LongSupplier nanoTime) {
        return new Planner(topology, plugin.topology(topology.name()), nanoTime);
    }

    public TpuTopology topology() {
        return topology;
    }

    /** Bytes of each device that programs may fill. */
    public long memory() {
        return memory;
    }

    /**
     * Plans a program on as many of the devices as it is made for.
     *
     * @param openTurns how often to count a loop whose turns depend on data
     * @throws PlanException if the topology has too few devices
     * @throws PjrtException if it does not compile, for another reason than the devices' memory
     */
    public Plan plan(Program program, long openTurns) {
        var devices = Math.multiplyExact(program.partitions(), program.replicas());
        topology.requireDevices(devices);
        var text = io.meshtransformer.pjrt.Program.mlir(program.toMlir());
        var begin = nanoTime.getAsLong();
        try (var executable = described.compile(text, options(program))) {
            var time = Duration.ofNanos(nanoTime.getAsLong() - begin);
            return new Plan(program.name(), topology, devices, compiled(executable, openTurns), time);
        } catch (PjrtException error) {
            var time = Duration.ofNanos(nanoTime.getAsLong() - begin);
            return MemoryShortage.in(error)
                    .map(shortage -> new Plan.TooLarge(
                            argumentBytes(program), shortage.needed(), Math.min(memory, shortage.available())))
                    .map(tooLarge -> new Plan(program.name(), topology, devices, tooLarge, time))
                    .orElseThrow(() -> error);
        }
    }

    private static CompileOptions options(Program program) {
        return new CompileOptions(program.replicas(), program.partitions(), true, true, Optional.empty(), List.of());
    }

    private Plan.Compiled compiled(Executable executable, long openTurns) {
        var cost = HloCost.of(HloModule.read(executable.optimizedProgram()), openTurns);
        return new Plan.Compiled(
                DeviceMemory.of(executable.memory()),
                memory,
                cost,
                Prediction.of(cost, topology.generation()),
                executable.costAnalysis());
    }

    /**
     * The least that a program needs on each device: its arguments, by their shardings. Known without compiling it.
     */
    public static long argumentBytes(Program program) {
        return program.main().arguments().stream()
                .mapToLong(argument -> {
                    var type = argument.value().type();
                    var shape =
                            program.mesh().isPresent() && argument.sharding().isPresent()
                                    ? argument.sharding()
                                            .get()
                                            .localShape(program.mesh().get(), type.shape())
                                    : type.shape();
                    return Math.ceilDiv(shape.elements() * type.elementType().bits(), Byte.SIZE);
                })
                .sum();
    }

    @Override
    public void close() {
        described.close();
    }
}
