package io.meshtransformer.gptj.archive;

import io.meshtransformer.gptj.safetensors.DataType;
import io.meshtransformer.gptj.safetensors.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What stands before the elements of a NumPy array in a file: {@code \x93NUMPY}, a version, a length, and the text of a
 * Python dictionary with type, order and shape.
 *
 * <p>Format: NumPy's NEP 1. NumPy knows no bf16: jax's arrays of it are saved as two bytes of no type, {@code V2}.
 *
 * @param columnMajor whether the first index runs fastest (Fortran's order)
 * @param bytes of the header, behind which the elements begin
 */
public record NpyHeader(DataType type, Shape shape, boolean columnMajor, int bytes) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int MOST_BYTES = 1 << 16;
    private static final int ALIGNMENT = 64;

    private static final Map<String, DataType> TYPES = Map.of(
            "<f4", DataType.F32,
            "<f2", DataType.F16,
            "<V2", DataType.BF16,
            "|V2", DataType.BF16,
            "<i4", DataType.I32,
            "<i8", DataType.I64);

    private static final Pattern DICTIONARY = Pattern.compile("\\{\\s*'descr':\\s*'([^']*)',"
            + "\\s*'fortran_order':\\s*(True|False),\\s*'shape':\\s*\\(([\\d\\s,L]*)\\),?\\s*}\\s*");

    /** @throws io.meshtransformer.gptj.ModelFormatException.InvalidArchive if the entry is no array that is read here */
    public static NpyHeader read(StoredArchive archive, StoredEntry entry) throws IOException {
        var begin = read(archive, entry, 0, (int) Math.min(12, entry.bytes()));
        if (begin.remaining() < 12 || !begin.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))) {
            throw invalid(archive, entry, "is no NumPy array: it does not begin with \\x93NUMPY");
        }
        var version = begin.get(6);
        if (version < 1 || version > 3) {
            throw invalid(archive, entry, "is in version " + version + " of NumPy's format, there are 1, 2 and 3");
        }
        var textBegin = version == 1 ? 10 : 12;
        var textBytes = version == 1 ? Short.toUnsignedInt(begin.getShort(8)) : begin.getInt(8);
        if (textBytes < 0 || textBytes > MOST_BYTES || textBegin + textBytes > entry.bytes()) {
            throw invalid(
                    archive,
                    entry,
                    "has a header of " + textBytes + " bytes in " + entry.bytes() + ", at most " + MOST_BYTES
                            + " are read");
        }
        var text = StandardCharsets.UTF_8
                .decode(read(archive, entry, textBegin, textBytes))
                .toString();
        return parse(archive, entry, text, textBegin + textBytes);
    }

    private static NpyHeader parse(StoredArchive archive, StoredEntry entry, String text, int bytes)
            throws IOException {
        var dictionary = DICTIONARY.matcher(text);
        if (!dictionary.matches()) {
            throw invalid(archive, entry, "has a header that is not read here: " + text.strip());
        }
        var type = Optional.ofNullable(TYPES.get(dictionary.group(1)));
        if (type.isEmpty()) {
            throw invalid(
                    archive,
                    entry,
                    "has elements of type '" + dictionary.group(1) + "', there are "
                            + TYPES.keySet().stream().sorted().collect(Collectors.joining(", ")));
        }
        List<Long> dimensions;
        try {
            dimensions = Stream.of(dictionary.group(3).replace("L", "").split(","))
                    .map(String::strip)
                    .filter(dimension -> !dimension.isEmpty())
                    .map(Long::valueOf)
                    .toList();
            var shape = new Shape(dimensions);
            var wanted = Math.addExact(
                    bytes, Math.multiplyExact(shape.elements(), type.get().bytes()));
            if (wanted != entry.bytes()) {
                throw invalid(
                        archive,
                        entry,
                        "has " + entry.bytes() + " bytes, shape " + shape + " in " + type.get() + " takes " + wanted);
            }
            return new NpyHeader(type.get(), shape, dictionary.group(2).equals("True"), bytes);
        } catch (NumberFormatException | ArithmeticException e) {
            throw invalid(archive, entry, "has shape (" + dictionary.group(3) + "), more than a file can hold");
        }
    }

    private static ByteBuffer read(StoredArchive archive, StoredEntry entry, int offset, int count) throws IOException {
        var bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        archive.reader().readBytes(bytes, entry.begin() + offset);
        return bytes.flip();
    }

    private static IOException invalid(StoredArchive archive, StoredEntry entry, String problem) {
        return StoredArchive.invalid(archive.file(), entry.name() + " " + problem);
    }

    /** The header of an array in row-major order, as NumPy writes it. */
    public static ByteBuffer of(DataType type, Shape shape) {
        var dimensions = shape.dimensions().stream().map(String::valueOf).collect(Collectors.joining(", "));
        var tuple = "(" + dimensions + (shape.dimensions().size() == 1 ? ",)" : ")");
        var text = new StringBuilder(
                "{'descr': '%s', 'fortran_order': False, 'shape': %s, }".formatted(descriptor(type), tuple));
        text.repeat(' ', Math.floorMod(-(MAGIC.length + 4 + text.length() + 1), ALIGNMENT))
                .append('\n');
        return ByteBuffer.allocate(MAGIC.length + 4 + text.length())
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MAGIC)
                .put((byte) 1)
                .put((byte) 0)
                .putShort((short) text.length())
                .put(text.toString().getBytes(StandardCharsets.US_ASCII))
                .flip();
    }

    private static String descriptor(DataType type) {
        return switch (type) {
            case F32 -> "<f4";
            case F16 -> "<f2";
            case BF16 -> "<V2";
            case I32 -> "<i4";
            case I64 -> "<i8";
            case BOOL, U8, I8, F8_E4M3, F8_E5M2, F8_E8M0, I16, U16, U32, U64, F64, C64 ->
                throw new IllegalArgumentException("arrays of " + type + " are not written");
        };
    }
}
