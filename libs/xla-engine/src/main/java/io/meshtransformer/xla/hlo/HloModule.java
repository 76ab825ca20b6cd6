package io.meshtransformer.xla.hlo;

import io.meshtransformer.pjrt.Program;
import io.meshtransformer.pjrt.proto.ProtoMessage;
import java.util.HashMap;
import java.util.Map;

/**
 * A program after XLA's passes, as one device runs it: what {@code Executable.optimizedProgram} gives. Field numbers are
 * those of xla/service/hlo.proto and xla/xla_data.proto.
 */
public final class HloModule {
    private final String name;
    private final Map<Long, HloComputation> computations = new HashMap<>();
    private final long entry;

    private HloModule(ProtoMessage module) {
        name = module.text(1);
        entry = module.number(6);
        for (var message : module.messages(3)) {
            var computation = HloComputation.read(message);
            computations.put(computation.id(), computation);
        }
        if (!computations.containsKey(entry)) {
            throw new IllegalArgumentException("the HLO module " + name + " has no entry computation");
        }
    }

    /** @throws IllegalArgumentException if the program is in neither of the two protobuf forms of HLO */
    public static HloModule read(Program program) {
        var message = ProtoMessage.read(program.code());
        return switch (program.format()) {
            case "hlo" -> new HloModule(message);
            case "hlo_with_config" -> new HloModule(message.message(1));
            default -> throw new IllegalArgumentException("a program in the format " + program.format() + " is no HLO");
        };
    }

    public String name() {
        return name;
    }

    /** The computation that runs. */
    public HloComputation entry() {
        return computations.get(entry);
    }

    /** A computation that an instruction calls. */
    public HloComputation called(HloInstruction by, int place) {
        return computations.get(by.calls().get(place));
    }
}
