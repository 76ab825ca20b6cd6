package io.meshtransformer.gptj.mtj;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipFile;

/** The arrays of one shard in their order, read with the JDK's zip and nothing else: bytes without their meaning. */
record RawLeaves(List<Leaf> leaves) {
    record Leaf(String header, byte[] elements) {
        /** fp32 and bf16 widened. */
        float[] values() {
            var bytes = ByteBuffer.wrap(elements).order(ByteOrder.LITTLE_ENDIAN);
            var half = header.contains("V2");
            var values = new float[elements.length / (half ? 2 : 4)];
            for (var i = 0; i < values.length; i++) {
                values[i] = half ? Float.intBitsToFloat(bytes.getShort(2 * i) << 16) : bytes.getFloat(4 * i);
            }
            return values;
        }

        int counter() {
            return ByteBuffer.wrap(elements).order(ByteOrder.LITTLE_ENDIAN).getInt(0);
        }

        /** Without the padding, which is the writer's choice. */
        String description() {
            return header.strip();
        }
    }

    static RawLeaves read(Path shard) throws IOException {
        var leaves = new ArrayList<Leaf>();
        for (var file = 0; file < 16; file++) {
            try (var zip = new ZipFile(shard.resolve(file + ".npz").toFile())) {
                for (var number = 0; number < zip.size(); number++) {
                    var bytes = zip.getInputStream(zip.getEntry("arr_" + number + ".npy"))
                            .readAllBytes();
                    var begin = 10 + bytes[8] + 256 * bytes[9];
                    var header = new String(bytes, 10, begin - 10);
                    leaves.add(new Leaf(header, Arrays.copyOfRange(bytes, begin, bytes.length)));
                }
            }
        }
        return new RawLeaves(leaves);
    }
}
