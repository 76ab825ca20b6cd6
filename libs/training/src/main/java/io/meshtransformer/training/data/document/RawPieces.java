package io.meshtransformer.training.data.document;

import java.io.IOException;

/** The raw documents of one file, one after another. */
public interface RawPieces extends AutoCloseable {
    /** Null at the end of the file. */
    RawPiece next() throws IOException;

    @Override
    void close() throws IOException;
}
