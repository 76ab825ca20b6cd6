package io.meshtransformer.pjrt;

import com.sun.jna.Function;
import com.sun.jna.Pointer;
import io.meshtransformer.pjrt.c.NativeScope;
import io.meshtransformer.pjrt.c.NativeStruct;
import io.meshtransformer.pjrt.c.PjrtStructs;
import io.meshtransformer.pjrt.c.StructLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A compiled program, with what the compiler knows about it. It runs when a client has loaded it
 * ({@link LoadedExecutable}). Safe for use by several threads.
 */
public final class Executable extends NativeHandle {
    Executable(PjrtApi api, Pointer pointer, NativeHandle parent) {
        super(api, pointer, parent);
    }

    public String name() {
        try (var use = use();
                var scope = new NativeScope()) {
            return ask(use, scope, PjrtStructs.EXECUTABLE_NAME).getText("executable_name", "executable_name_size");
        }
    }

    public int replicas() {
        try (var use = use();
                var scope = new NativeScope()) {
            return ask(use, scope, PjrtStructs.EXECUTABLE_NUM_REPLICAS).getCount("num_replicas");
        }
    }

    public int partitions() {
        try (var use = use();
                var scope = new NativeScope()) {
            return ask(use, scope, PjrtStructs.EXECUTABLE_NUM_PARTITIONS).getCount("num_partitions");
        }
    }

    /** How many arrays a run gives on each device. */
    public int outputCount() {
        try (var use = use();
                var scope = new NativeScope()) {
            return ask(use, scope, PjrtStructs.EXECUTABLE_NUM_OUTPUTS).getCount("num_outputs");
        }
    }

    /** The arrays that a run gives on each device. */
    public List<Shape> outputs() {
        try (var use = use();
                var scope = new NativeScope()) {
            var types = ask(use, scope, PjrtStructs.EXECUTABLE_OUTPUT_ELEMENT_TYPES);
            var sizes = ask(use, scope, PjrtStructs.EXECUTABLE_OUTPUT_DIMENSIONS);
            var shapes = new ArrayList<Shape>();
            var dimension = 0;
            for (var output = 0; output < types.getCount("num_output_types"); output++) {
                var type = ElementType.of(types.getPointer("output_types").getInt(4L * output));
                var rank = Math.toIntExact(sizes.getPointer("dim_sizes").getLong(8L * output));
                var dimensions =
                        rank == 0 ? new long[0] : sizes.getPointer("dims").getLongArray(8L * dimension, rank);
                shapes.add(Shape.of(type, dimensions));
                dimension += rank;
            }
            return shapes;
        }
    }

    public long codeBytes() {
        try (var use = use();
                var scope = new NativeScope()) {
            return ask(use, scope, PjrtStructs.EXECUTABLE_SIZE_OF_GENERATED_CODE_IN_BYTES)
                    .getLong("size_in_bytes");
        }
    }

    /** Equal for equal programs, options and compilers. */
    public String fingerprint() {
        try (var use = use();
                var scope = new NativeScope()) {
            return ask(use, scope, PjrtStructs.EXECUTABLE_FINGERPRINT)
                    .getText("executable_fingerprint", "executable_fingerprint_size");
        }
    }

    /** What one device needs to run it. */
    public CompiledMemory memory() {
        try (var use = use();
                var scope = new NativeScope()) {
            return CompiledMemory.read(ask(use, scope, PjrtStructs.EXECUTABLE_GET_COMPILED_MEMORY_STATS));
        }
    }

    /**
     * The compiler's estimate of what a run does on one device, by XLA's names: "flops", "bytes accessed" and more; empty
     * where the platform makes none, as on CPUs. Estimates of time among them can be nonsense, even negative.
     */
    public Map<String, Double> costAnalysis() {
        try (var use = use();
                var scope = new NativeScope()) {
            var costs = new LinkedHashMap<String, Double>();
            var answer = scope.struct(PjrtStructs.EXECUTABLE_GET_COST_ANALYSIS).setPointer("executable", use.pointer());
            if (api().callIfImplemented(answer)) {
                NamedValues.read(answer.getPointer("properties"), answer.getCount("num_properties"))
                        .forEach((name, value) -> {
                            if (value.value() instanceof Number number) {
                                costs.put(name, number.doubleValue());
                            }
                        });
            }
            return costs;
        }
    }

    /** The program after XLA's passes; {@link HloText} makes it readable. */
    public Program optimizedProgram() {
        try (var use = use();
                var scope = new NativeScope()) {
            var program = scope.struct(PjrtStructs.PROGRAM);
            var arguments = scope.struct(PjrtStructs.EXECUTABLE_OPTIMIZED_PROGRAM)
                    .setPointer("executable", use.pointer())
                    .setPointer("program", program.pointer());
            call(arguments);
            program.setPointer("code", scope.allocate(program.getSize("code_size")));
            call(arguments);
            return new Program(program.getText("format", "format_size"), program.getBytes("code", "code_size"));
        }
    }

    /** The compiled program as bytes that a client of the same platform and version of the plugin can load. */
    public byte[] serialize() {
        try (var use = use();
                var scope = new NativeScope()) {
            var arguments = ask(use, scope, PjrtStructs.EXECUTABLE_SERIALIZE);
            try {
                return arguments.getBytes("serialized_bytes", "serialized_bytes_size");
            } finally {
                Function.getFunction(arguments.getPointer("serialized_executable_deleter"))
                        .invokeVoid(new Object[] {arguments.getPointer("serialized_executable")});
            }
        }
    }

    private NativeStruct ask(Use use, NativeScope scope, StructLayout question) {
        return call(scope.struct(question).setPointer("executable", use.pointer()));
    }

    @Override
    String what() {
        return "the executable";
    }

    @Override
    void destroy(Pointer object) {
        try (var scope = new NativeScope()) {
            call(scope.struct(PjrtStructs.EXECUTABLE_DESTROY).setPointer("executable", object));
        }
    }
}
