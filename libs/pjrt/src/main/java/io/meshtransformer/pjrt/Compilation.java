package io.meshtransformer.pjrt;

import com.sun.jna.Pointer;
import io.meshtransformer.pjrt.c.NativeScope;
import io.meshtransformer.pjrt.c.NativeStruct;
import io.meshtransformer.pjrt.c.PjrtStructs;

/** Puts a program and its options into the arguments of a compilation. */
final class Compilation {
    private Compilation() {}

    static NativeStruct fill(NativeScope scope, NativeStruct arguments, Program program, CompileOptions options) {
        var encoded = options.toProto();
        return arguments
                .setPointer("program", program(scope, program))
                .setPointer("compile_options", scope.bytes(encoded))
                .setSize("compile_options_size", encoded.length);
    }

    private static Pointer program(NativeScope scope, Program program) {
        var format = scope.text(program.format());
        return scope.struct(PjrtStructs.PROGRAM)
                .setPointer("code", scope.bytes(program.code()))
                .setSize("code_size", program.code().length)
                .setPointer("format", format)
                .setSize("format_size", format.size() - 1)
                .pointer();
    }
}
