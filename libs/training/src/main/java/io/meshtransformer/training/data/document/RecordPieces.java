package io.meshtransformer.training.data.document;

import io.meshtransformer.training.data.document.RawPiece.Ending;
import io.meshtransformer.training.data.tfrecord.TfRecordReader;
import java.io.IOException;

/** Each record of a file is one. */
final class RecordPieces implements RawPieces {
    private final SourceFile file;
    private final TfRecordReader records;

    RecordPieces(SourceFile file, TfRecordReader records) {
        this.file = file;
        this.records = records;
    }

    @Override
    public RawPiece next() throws IOException {
        var offset = records.offset();
        var record = records.next();
        return record == null ? null : new RawPiece(file, record, offset, true, Ending.ENDS);
    }

    @Override
    public void close() throws IOException {
        records.close();
    }
}
