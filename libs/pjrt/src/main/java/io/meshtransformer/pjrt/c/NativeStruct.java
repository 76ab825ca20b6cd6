package io.meshtransformer.pjrt.c;

import com.sun.jna.Pointer;
import io.meshtransformer.pjrt.c.FieldType.Scalar;
import java.nio.charset.StandardCharsets;

/** A struct in native memory, whose fields are read and written by the names of the header. */
public final class NativeStruct {
    private final StructLayout layout;
    private final Pointer memory;

    /** The struct at an address; the caller keeps its memory alive. */
    public NativeStruct(StructLayout layout, Pointer memory) {
        this.layout = layout;
        this.memory = memory;
    }

    public StructLayout layout() {
        return layout;
    }

    public Pointer pointer() {
        return memory;
    }

    public NativeStruct setPointer(String field, Pointer value) {
        memory.setPointer(layout.offset(field, Scalar.POINTER), value);
        return this;
    }

    public NativeStruct setSize(String field, long value) {
        memory.setLong(layout.offset(field, Scalar.SIZE), value);
        return this;
    }

    public NativeStruct setLong(String field, long value) {
        memory.setLong(layout.offset(field, Scalar.INT64), value);
        return this;
    }

    public NativeStruct setInt(String field, int value) {
        memory.setInt(layout.offset(field, Scalar.INT), value);
        return this;
    }

    public NativeStruct setFloat(String field, float value) {
        memory.setFloat(layout.offset(field, Scalar.FLOAT), value);
        return this;
    }

    public NativeStruct setBoolean(String field, boolean value) {
        memory.setByte(layout.offset(field, Scalar.BOOL), (byte) (value ? 1 : 0));
        return this;
    }

    /** The pointer in a field, or null. */
    public Pointer getPointer(String field) {
        return memory.getPointer(layout.offset(field, Scalar.POINTER));
    }

    public long getSize(String field) {
        return memory.getLong(layout.offset(field, Scalar.SIZE));
    }

    /** A size that a Java array can have. */
    public int getCount(String field) {
        return Math.toIntExact(getSize(field));
    }

    public long getLong(String field) {
        return memory.getLong(layout.offset(field, Scalar.INT64));
    }

    public int getInt(String field) {
        return memory.getInt(layout.offset(field, Scalar.INT));
    }

    public float getFloat(String field) {
        return memory.getFloat(layout.offset(field, Scalar.FLOAT));
    }

    public boolean getBoolean(String field) {
        return memory.getByte(layout.offset(field, Scalar.BOOL)) != 0;
    }

    /** The bytes that two fields describe, copied. */
    public byte[] getBytes(String pointerField, String sizeField) {
        var count = getCount(sizeField);
        return count == 0 ? new byte[0] : getPointer(pointerField).getByteArray(0, count);
    }

    /** The UTF-8 text that two fields describe, copied. */
    public String getText(String pointerField, String sizeField) {
        return new String(getBytes(pointerField, sizeField), StandardCharsets.UTF_8);
    }

    /** The pointers that two fields describe, copied. */
    public Pointer[] getPointers(String pointerField, String sizeField) {
        var count = getCount(sizeField);
        return count == 0 ? new Pointer[0] : getPointer(pointerField).getPointerArray(0, count);
    }

    /** The struct that lies in a field of this one. */
    public NativeStruct nested(String field) {
        var found = layout.field(field);
        if (!(found.type() instanceof FieldType.Nested(var nested))) {
            throw new IllegalArgumentException(layout + "." + field + " is no struct");
        }
        return new NativeStruct(nested, memory.share(found.offset()));
    }
}
