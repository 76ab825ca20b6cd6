package io.meshtransformer.stablehlo;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.stablehlo.ProgramException.InvalidStructure;
import io.meshtransformer.stablehlo.gradient.CustomCallRule;
import io.meshtransformer.stablehlo.ir.Function;
import io.meshtransformer.stablehlo.ir.Program;
import io.meshtransformer.stablehlo.sharding.Mesh;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Collects functions into a program. Like all builders here it is for one thread. */
public final class ProgramBuilder {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_$.]*");

    private final String name;
    private final Optional<Mesh> mesh;
    private final List<Function> functions = new ArrayList<>();
    private final Map<String, CustomCallRule> customCallRules = new HashMap<>();
    private int lastChannel;
    private int partitions;
    private int replicas = 1;

    private ProgramBuilder(String name, Optional<Mesh> mesh) {
        this.name = requireName(name);
        this.mesh = mesh;
        this.partitions = mesh.map(Mesh::devices).orElse(1);
    }

    /** A program for one device, or for several that it tells apart itself. */
    public static ProgramBuilder program(String name) {
        return new ProgramBuilder(name, Optional.empty());
    }

    /** A program whose tensors lie on a mesh. */
    public static ProgramBuilder program(String name, Mesh mesh) {
        return new ProgramBuilder(name, Optional.of(mesh));
    }

    /** Devices that share the work of one replica; without a mesh. */
    public ProgramBuilder partitions(int count) {
        if (count < 1 || mesh.isPresent() && count != mesh.get().devices()) {
            throw new InvalidStructure("program " + name + " cannot have " + count + " partitions"
                    + mesh.map(devices -> ", " + devices + " has " + devices.devices())
                            .orElse(""));
        }
        partitions = count;
        return this;
    }

    /** Copies of the program that run together; 1 unless it is called. */
    public ProgramBuilder replicas(int count) {
        if (count < 1) {
            throw new InvalidStructure("program " + name + " cannot have " + count + " replicas");
        }
        replicas = count;
        return this;
    }

    /** Tells gradients how to pass custom calls of that target; without it they refuse to. */
    public ProgramBuilder customCallRule(String target, CustomCallRule rule) {
        customCallRules.put(target, requireNonNull(rule, "rule is null"));
        return this;
    }

    /** Begins a function; {@code main} is the one that runs, others are called. */
    public FunctionBuilder function(String function) {
        return new FunctionBuilder(this, requireName(function));
    }

    /** @throws InvalidStructure unless the last function is {@code main} */
    public Program build() {
        if (functions.isEmpty() || !functions.getLast().name().equals("main")) {
            throw new InvalidStructure("program " + name + " must end with the function main, it has "
                    + functions.stream().map(Function::name).toList());
        }
        return new Program(name, mesh, partitions, replicas, functions);
    }

    Optional<Mesh> mesh() {
        return mesh;
    }

    Optional<CustomCallRule> customCallRule(String target) {
        return Optional.ofNullable(customCallRules.get(target));
    }

    void useChannel(int channel) {
        lastChannel = Math.max(lastChannel, channel);
    }

    int freshChannel() {
        return lastChannel + 1;
    }

    boolean has(Function function) {
        return functions.stream().anyMatch(present -> present == function);
    }

    void add(Function function) {
        if (functions.stream().anyMatch(present -> present.name().equals(function.name()))) {
            throw new InvalidStructure("program " + name + " has a function " + function.name() + " already");
        }
        functions.add(function);
    }

    static String requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidStructure("\"" + name + "\" is no name: letters, digits, _, $ and ., no digit first");
        }
        return name;
    }
}
