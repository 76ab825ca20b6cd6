package io.meshtransformer.xla.djl;

import ai.djl.MalformedModelException;
import ai.djl.util.JsonUtils;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import io.meshtransformer.pjrt.Buffer;
import io.meshtransformer.pjrt.Client;
import io.meshtransformer.pjrt.Device;
import io.meshtransformer.pjrt.ElementType;
import io.meshtransformer.pjrt.HostBuffer;
import io.meshtransformer.pjrt.HostBufferSemantics;
import io.meshtransformer.pjrt.Shape;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Weights in a safetensors file, of any size. DJL's own reader takes the whole file into one array of the heap.
 *
 * <p>Format: the README of huggingface/safetensors.
 */
final class WeightFile implements AutoCloseable {
    private static final int MOST_HEADER_BYTES = 100_000_000;

    private final Path file;
    private final FileChannel channel;
    private final long dataBegin;
    private final Map<String, Weight> weights = new LinkedHashMap<>();

    /** @param begin in the file's data, in bytes */
    private record Weight(Shape shape, long begin) {}

    private WeightFile(Path file, FileChannel channel, long dataBegin) {
        this.file = file;
        this.channel = channel;
        this.dataBegin = dataBegin;
    }

    static WeightFile open(Path file) throws IOException, MalformedModelException {
        var channel = FileChannel.open(file);
        try {
            var prefix = read(channel, 0, Long.BYTES);
            var length = prefix.getLong();
            if (length < 2 || length > MOST_HEADER_BYTES || length > channel.size() - Long.BYTES) {
                throw new MalformedModelException(file + " is no safetensors file: its header would have "
                        + Long.toUnsignedString(length) + " bytes, the file has " + channel.size());
            }
            var header = StandardCharsets.UTF_8
                    .decode(read(channel, Long.BYTES, (int) length))
                    .toString();
            var weights = new WeightFile(file, channel, Long.BYTES + length);
            weights.parse(header);
            return weights;
        } catch (Throwable error) {
            channel.close();
            throw error;
        }
    }

    private static ByteBuffer read(FileChannel channel, long position, int bytes) throws IOException {
        var buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw new EOFException("the file ends after " + channel.size() + " bytes");
            }
        }
        return buffer.flip();
    }

    private void parse(String header) throws IOException, MalformedModelException {
        try {
            for (var entry : JsonUtils.GSON.fromJson(header, JsonObject.class).entrySet()) {
                if (!entry.getKey().equals("__metadata__")) {
                    weights.put(
                            entry.getKey(),
                            weight(entry.getKey(), entry.getValue().getAsJsonObject()));
                }
            }
        } catch (JsonParseException | IllegalStateException | NullPointerException error) {
            throw new MalformedModelException(file + " has a header that is not of safetensors: " + error, error);
        }
    }

    private Weight weight(String name, JsonObject description) throws IOException, MalformedModelException {
        var dimensions = new ArrayList<Long>();
        description.getAsJsonArray("shape").forEach(size -> dimensions.add(size.getAsLong()));
        var shape = new Shape(elementType(name, description.get("dtype").getAsString()), dimensions);
        var offsets = description.getAsJsonArray("data_offsets");
        var begin = offsets.get(0).getAsLong();
        var end = offsets.get(1).getAsLong();
        if (begin < 0 || end - begin != shape.bytes() || end > channel.size() - dataBegin) {
            throw new MalformedModelException("the weight " + name + " in " + file + " is " + shape
                    + ", but lies from byte " + begin + " to " + end + " of " + (channel.size() - dataBegin));
        }
        return new Weight(shape, begin);
    }

    private ElementType elementType(String name, String type) throws MalformedModelException {
        return switch (type) {
            case "BOOL" -> ElementType.PRED;
            case "I8" -> ElementType.S8;
            case "I16" -> ElementType.S16;
            case "I32" -> ElementType.S32;
            case "I64" -> ElementType.S64;
            case "U8" -> ElementType.U8;
            case "U16" -> ElementType.U16;
            case "U32" -> ElementType.U32;
            case "U64" -> ElementType.U64;
            case "F16" -> ElementType.F16;
            case "BF16" -> ElementType.BF16;
            case "F32" -> ElementType.F32;
            case "F64" -> ElementType.F64;
            case "F8_E5M2" -> ElementType.F8E5M2;
            case "F8_E4M3" -> ElementType.F8E4M3FN;
            default ->
                throw new MalformedModelException("the weight " + name + " in " + file + " has the type " + type);
        };
    }

    List<String> names() {
        return List.copyOf(weights.keySet());
    }

    /** What the weight is; null if there is none of that name. */
    Shape shape(String name) {
        var weight = weights.get(name);
        return weight == null ? null : weight.shape();
    }

    /** Brings a weight to a device: one copy from the file, on CPUs the last one. */
    Buffer upload(String name, Client client, Device device) throws IOException {
        var weight = weights.get(name);
        try (var host = HostBuffer.allocate(weight.shape().bytes())) {
            channel.position(dataBegin + weight.begin());
            host.readFrom(channel, 0, weight.shape().bytes());
            return client.upload(weight.shape(), host, 0, HostBufferSemantics.MUTABLE_ZERO_COPY, device);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
