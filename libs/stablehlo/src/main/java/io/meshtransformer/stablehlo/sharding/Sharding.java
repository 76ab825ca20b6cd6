package io.meshtransformer.stablehlo.sharding;

import io.meshtransformer.stablehlo.ProgramException.InvalidSharding;
import io.meshtransformer.stablehlo.type.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;

/**
 * How a tensor lies on a mesh, dimension by dimension. Axes that are not named hold copies.
 *
 * @param dimensions one for each of the tensor
 */
public record Sharding(List<DimensionSharding> dimensions) {
    public Sharding {
        dimensions = List.copyOf(dimensions);
    }

    public static Sharding of(DimensionSharding... dimensions) {
        return new Sharding(List.of(dimensions));
    }

    /** The whole tensor on every device. */
    public static Sharding replicated(int rank) {
        return new Sharding(
                Stream.generate(DimensionSharding::whole).limit(rank).toList());
    }

    /** One dimension cut by one axis, the others whole. */
    public static Sharding split(int rank, int dimension, String axis) {
        if (dimension < 0 || dimension >= rank) {
            throw new InvalidSharding(
                    "a tensor of rank " + rank + " has no dimension " + dimension + " to split by " + axis);
        }
        var dimensions = new ArrayList<>(replicated(rank).dimensions);
        dimensions.set(dimension, DimensionSharding.by(axis));
        return new Sharding(dimensions);
    }

    /** @throws InvalidSharding if an axis is unknown or used twice, or a dimension cannot be cut into equal parts */
    public void validate(Mesh mesh, Shape shape) {
        if (dimensions.size() != shape.rank()) {
            throw new InvalidSharding(
                    this + " is for rank " + dimensions.size() + ", the tensor " + shape + " has rank " + shape.rank());
        }
        var used = new HashSet<String>();
        for (var i = 0; i < dimensions.size(); i++) {
            for (var axis : dimensions.get(i).axes()) {
                mesh.size(axis);
                if (!used.add(axis)) {
                    throw new InvalidSharding(this + " uses axis " + axis + " twice");
                }
            }
            var parts = parts(mesh, i);
            if (shape.dimension(i) % parts != 0) {
                throw new InvalidSharding("dimension " + i + " of " + shape + " has size " + shape.dimension(i)
                        + ", which " + dimensions.get(i).axes() + " of " + mesh + " cannot cut into " + parts
                        + " equal parts");
            }
        }
    }

    /** Shape of the part on each device. */
    public Shape localShape(Mesh mesh, Shape shape) {
        validate(mesh, shape);
        var sizes = new ArrayList<Long>();
        for (var i = 0; i < dimensions.size(); i++) {
            sizes.add(shape.dimension(i) / parts(mesh, i));
        }
        return new Shape(sizes);
    }

    /**
     * Which part of a tensor a device holds.
     *
     * @param shape of the global tensor
     * @param device its place in the mesh, row-major
     */
    public Shard shard(Mesh mesh, Shape shape, int device) {
        mesh.requireDevice(device);
        var local = localShape(mesh, shape);
        var offsets = new ArrayList<Long>();
        for (var i = 0; i < dimensions.size(); i++) {
            var part = 0L;
            for (var axis : dimensions.get(i).axes()) {
                part = part * mesh.size(axis) + mesh.coordinate(device, axis);
            }
            offsets.add(part * local.dimension(i));
        }
        return new Shard(offsets, local);
    }

    private long parts(Mesh mesh, int dimension) {
        return dimensions.get(dimension).axes().stream().mapToLong(mesh::size).reduce(1, (left, right) -> left * right);
    }

    /** As Shardy writes it: {@code [{"dp"}, {}, {"mp", ?}]}. */
    @Override
    public String toString() {
        var text = new StringBuilder("[");
        for (var dimension : dimensions) {
            var parts = new ArrayList<String>();
            dimension.axes().forEach(axis -> parts.add('"' + axis + '"'));
            if (dimension.open()) {
                parts.add("?");
            }
            text.append(text.length() > 1 ? ", {" : "{")
                    .append(String.join(", ", parts))
                    .append('}');
        }
        return text.append(']').toString();
    }
}
