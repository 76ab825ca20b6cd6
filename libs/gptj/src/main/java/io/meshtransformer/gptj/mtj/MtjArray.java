package io.meshtransformer.gptj.mtj;

import io.meshtransformer.gptj.safetensors.DataType;
import io.meshtransformer.gptj.safetensors.ElementReader;
import io.meshtransformer.gptj.source.StoredMatrix;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One shard's array of a leaf.
 *
 * @param begin offset of its first element in the file
 * @param columnMajor whether its first index runs fastest
 */
record MtjArray(ElementReader reader, DataType type, long begin, boolean columnMajor) {
    float[] vector(int elements) throws IOException {
        var values = new float[elements];
        reader.read(type, begin, values, 0, elements);
        return values;
    }

    /** The whole number of a counter. */
    long counter() throws IOException {
        var bytes = ByteBuffer.allocate(type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        reader.readBytes(bytes, begin);
        return type == DataType.I32 ? bytes.getInt(0) : bytes.getLong(0);
    }

    /**
     * The array as a matrix of what Hugging Face has.
     *
     * @param turned whether it is the other way round there
     */
    StoredMatrix matrix(long rows, long columns, boolean turned) {
        return new StoredMatrix(reader, type, begin, rows, columns, turned != columnMajor);
    }
}
