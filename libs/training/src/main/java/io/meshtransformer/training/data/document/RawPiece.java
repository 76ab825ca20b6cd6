package io.meshtransformer.training.data.document;

/**
 * Bytes of a document as a file has them: a whole one, or a part of one that is too long to be held in memory.
 *
 * @param file that they are from
 * @param offset of the first byte in the file's decompressed content
 * @param begins whether a document begins with them
 * @param ending what comes behind them
 */
public record RawPiece(SourceFile file, byte[] bytes, long offset, boolean begins, Ending ending) {
    /** What comes behind a piece. */
    public enum Ending {
        /** More of the same document. */
        CONTINUES,
        /** Another document, or nothing. */
        ENDS,
        /** Nothing, and the document counts as cut off: all its pieces are to be forgotten. */
        ABANDONED
    }
}
