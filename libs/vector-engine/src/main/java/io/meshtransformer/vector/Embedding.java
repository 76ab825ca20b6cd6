package io.meshtransformer.vector;

import io.meshtransformer.gptj.WeightFormat;
import io.meshtransformer.gptj.safetensors.BFloat16;

/** The table of token embeddings, {@code [vocabularySize, width]}; one implementation for each {@link WeightFormat}. */
sealed interface Embedding {
    int width();

    /** Sets the rows of {@code count} ids from {@code first} on. */
    void setRows(int first, int count, float[] rows);

    /** Writes the embedding of an id. */
    void read(int id, float[] target, int offset);

    record Fp32(int width, float[] table) implements Embedding {
        @Override
        public void setRows(int first, int count, float[] rows) {
            System.arraycopy(rows, 0, table, first * width, count * width);
        }

        @Override
        public void read(int id, float[] target, int offset) {
            System.arraycopy(table, id * width, target, offset, width);
        }
    }

    record Bf16(int width, short[] table) implements Embedding {
        @Override
        public void setRows(int first, int count, float[] rows) {
            for (var i = 0; i < count * width; i++) {
                table[first * width + i] = BFloat16.round(rows[i]);
            }
        }

        @Override
        public void read(int id, float[] target, int offset) {
            for (var i = 0; i < width; i++) {
                target[offset + i] = BFloat16.widen(table[id * width + i]);
            }
        }
    }
}
