package io.meshtransformer.pjrt;

import io.meshtransformer.pjrt.proto.ProtoWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a program is compiled. It runs as {@code replicas x partitions} on as many devices.
 *
 * @param replicas copies that run on different data
 * @param partitions devices that share the work of one replica
 * @param spmdPartitioning whether XLA cuts the program into partitions by its shardings
 * @param shardy whether the shardings are Shardy's ({@code sdy.sharding}) rather than {@code mhlo.sharding}
 * @param deviceAssignment which devices; the plugin's choice if empty
 * @param overrides XLA flags for this compilation, by their names ({@code xla_...}); lists of numbers are no flags
 */
public record CompileOptions(
        int replicas,
        int partitions,
        boolean spmdPartitioning,
        boolean shardy,
        Optional<DeviceAssignment> deviceAssignment,
        List<NamedValue> overrides) {

    private static final long NO_DEVICE_ORDINAL = -1;

    public CompileOptions {
        overrides = List.copyOf(overrides);
        if (replicas < 1 || partitions < 1) {
            throw new IllegalArgumentException(
                    "replicas and partitions are at least 1, not " + replicas + " and " + partitions);
        }
        deviceAssignment.ifPresent(assignment -> {
            if (assignment.replicas() != replicas || assignment.partitions() != partitions) {
                throw new IllegalArgumentException("a device assignment of " + assignment.replicas() + " x "
                        + assignment.partitions() + " for " + replicas + " replicas of " + partitions + " partitions");
            }
        });
    }

    /** For one device. */
    public static CompileOptions singleDevice() {
        return sharded(1);
    }

    /** For one replica on this many devices, sharded as Shardy's annotations in the program say. */
    public static CompileOptions sharded(int partitions) {
        return new CompileOptions(1, partitions, true, true, Optional.empty(), List.of());
    }

    /** For this many replicas of an unpartitioned program. */
    public static CompileOptions replicated(int replicas) {
        return new CompileOptions(replicas, 1, false, false, Optional.empty(), List.of());
    }

    public CompileOptions withDeviceAssignment(DeviceAssignment assignment) {
        return new CompileOptions(replicas, partitions, spmdPartitioning, shardy, Optional.of(assignment), overrides);
    }

    /** Adds a flag of XLA. */
    public CompileOptions withOverride(NamedValue flag) {
        var all = new ArrayList<>(overrides);
        all.add(flag);
        return new CompileOptions(replicas, partitions, spmdPartitioning, shardy, deviceAssignment, all);
    }

    /** {@code CompileOptionsProto} of xla/pjrt/proto/compile_options.proto. */
    byte[] toProto() {
        var build = new ProtoWriter()
                .number(1, NO_DEVICE_ORDINAL)
                .number(4, replicas)
                .number(5, partitions)
                .flag(6, spmdPartitioning)
                .flag(19, shardy);
        deviceAssignment.ifPresent(assignment -> build.message(9, assignment.toProto()));
        var options = new ProtoWriter().message(3, build);
        overrides.forEach(flag ->
                options.message(7, new ProtoWriter().text(1, flag.name()).message(2, overrideProto(flag))));
        return options.toByteArray();
    }

    private static ProtoWriter overrideProto(NamedValue flag) {
        var value = new ProtoWriter();
        return switch (flag) {
            case NamedValue.Text text -> value.text(1, text.text());
            case NamedValue.Bool set -> value.presentNumber(2, set.flag() ? 1 : 0);
            case NamedValue.Int64 number -> value.presentNumber(3, number.number());
            case NamedValue.Float32 number -> value.real(4, number.number());
            case NamedValue.Int64List list ->
                throw new IllegalArgumentException("the XLA flag " + list.name() + " cannot be a list of numbers");
        };
    }
}
