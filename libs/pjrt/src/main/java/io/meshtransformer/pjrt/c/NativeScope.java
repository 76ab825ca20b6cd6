package io.meshtransformer.pjrt.c;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Native memory for the time of a call: all of it is freed when the scope is closed. For one thread. */
public final class NativeScope implements AutoCloseable {
    private final List<Memory> blocks = new ArrayList<>();

    /** Zeroed memory; a block of no bytes still has an address. */
    public Memory allocate(long bytes) {
        var block = new Memory(Math.max(1, bytes));
        block.clear();
        blocks.add(block);
        return block;
    }

    /** A zeroed struct that knows its size. */
    public NativeStruct struct(StructLayout layout) {
        return sized(new NativeStruct(layout, allocate(layout.paddedSize())));
    }

    /** An array of zeroed structs that know their size; the first one's pointer is the array. */
    public List<NativeStruct> structs(StructLayout layout, int count) {
        var array = allocate((long) layout.paddedSize() * count);
        var structs = new ArrayList<NativeStruct>(count);
        for (var index = 0; index < count; index++) {
            structs.add(sized(new NativeStruct(layout, array.share((long) layout.paddedSize() * index))));
        }
        return structs;
    }

    public Memory bytes(byte[] values) {
        var block = allocate(values.length);
        block.write(0, values, 0, values.length);
        return block;
    }

    /** UTF-8 with a terminating zero; PJRT takes the length without it. */
    public Memory text(String value) {
        var encoded = value.getBytes(StandardCharsets.UTF_8);
        var block = allocate(encoded.length + 1L);
        block.write(0, encoded, 0, encoded.length);
        return block;
    }

    public Memory longs(long... values) {
        var block = allocate(8L * values.length);
        block.write(0, values, 0, values.length);
        return block;
    }

    public Memory pointers(Pointer... values) {
        var block = allocate(8L * values.length);
        block.write(0, values, 0, values.length);
        return block;
    }

    @Override
    public void close() {
        blocks.forEach(Memory::close);
    }

    private static NativeStruct sized(NativeStruct struct) {
        return struct.setSize("struct_size", struct.layout().size());
    }
}
