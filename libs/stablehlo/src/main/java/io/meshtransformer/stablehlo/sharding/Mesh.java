package io.meshtransformer.stablehlo.sharding;

import io.meshtransformer.stablehlo.ProgramException.InvalidSharding;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Devices in a grid with named axes, numbered row-major: on {@code dp=2, mp=4}, device 5 is at dp 1, mp 1.
 *
 * @param axes outermost first
 */
public record Mesh(List<Axis> axes) {
    public Mesh {
        axes = List.copyOf(axes);
        if (axes.isEmpty()) {
            throw new InvalidSharding("a mesh needs at least one axis");
        }
        var names = new HashSet<String>();
        for (var axis : axes) {
            if (!names.add(axis.name())) {
                throw new InvalidSharding("mesh " + axes + " names axis " + axis.name() + " twice");
            }
        }
    }

    public static Mesh of(Axis... axes) {
        return new Mesh(List.of(axes));
    }

    public int devices() {
        return axes.stream().mapToInt(Axis::size).reduce(1, Math::multiplyExact);
    }

    /** @throws InvalidSharding if there is no such axis */
    public int size(String axis) {
        return axes.get(position(axis)).size();
    }

    /** Where a device is along an axis. */
    public int coordinate(int device, String axis) {
        requireDevice(device);
        var position = position(axis);
        var inner = axes.subList(position + 1, axes.size()).stream()
                .mapToInt(Axis::size)
                .reduce(1, (left, right) -> left * right);
        return device / inner % axes.get(position).size();
    }

    void requireDevice(int device) {
        if (device < 0 || device >= devices()) {
            throw new InvalidSharding("there is no device " + device + " on " + this + ", which has " + devices());
        }
    }

    private int position(String axis) {
        for (var i = 0; i < axes.size(); i++) {
            if (axes.get(i).name().equals(axis)) {
                return i;
            }
        }
        throw new InvalidSharding("there is no axis " + axis + " on " + this);
    }

    @Override
    public String toString() {
        return axes.stream().map(Axis::toString).collect(Collectors.joining(", ", "mesh <", ">"));
    }
}
