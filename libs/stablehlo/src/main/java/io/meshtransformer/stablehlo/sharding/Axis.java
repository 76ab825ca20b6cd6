package io.meshtransformer.stablehlo.sharding;

import io.meshtransformer.stablehlo.ProgramException.InvalidSharding;
import java.util.regex.Pattern;

/** One direction of a mesh, such as {@code mp} with 8 devices. */
public record Axis(String name, int size) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    public Axis {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidSharding("\"" + name + "\" is no name of an axis: letters, digits and _, no digit first");
        }
        if (size < 1) {
            throw new InvalidSharding("axis " + name + " has size " + size + ", it must be at least 1");
        }
    }

    public static Axis axis(String name, int size) {
        return new Axis(name, size);
    }

    @Override
    public String toString() {
        return name + "=" + size;
    }
}
