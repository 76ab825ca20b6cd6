package io.meshtransformer.training.data.prepare;

import io.meshtransformer.training.data.DataException;
import io.meshtransformer.training.data.Permutation;
import io.meshtransformer.training.data.WindowIndex;
import io.meshtransformer.training.data.WindowSetWriter;
import io.meshtransformer.training.data.document.DocumentEncoder;
import io.meshtransformer.training.data.document.DocumentEncoder.Ids;
import io.meshtransformer.training.data.document.DocumentFiles;
import io.meshtransformer.training.data.document.SourceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Makes windows of documents, as mesh-transformer-jax's {@code create_finetune_tfrecords.py}: end-of-text behind each
 * document, documents in random order, all joined and cut. Memory does not grow with the sources: ids are first written
 * to the disk in the sources' order, then taken from there in theirs; a bit for each document is all that is held.
 *
 * <p>An interrupt cancels. What did not finish leaves nothing.
 */
public final class Preparation {
    /** Where validation's windows are in the folder. */
    public static final String VALIDATION = "validation";

    /** Tells the choice of documents from their order, for one seed. */
    static final long HELD_OUT_STREAM = 1;

    private static final long ORDER_STREAM = 0;

    private final Vocabulary vocabulary;
    private final PreparationOptions options;
    private final PreparationProgress progress;
    private long emptyDocuments;
    private long unendedDocuments;

    public Preparation(Vocabulary vocabulary, PreparationOptions options, PreparationProgress progress) {
        this.vocabulary = vocabulary;
        this.options = options;
        this.progress = progress;
    }

    /**
     * Reads all sources and writes the windows.
     *
     * @param sources files and folders
     * @param target folder that is not there yet
     * @throws DataException if a source cannot be read, the target is taken, or there is too little for a window
     */
    public PreparationReport run(List<Path> sources, Path target) throws IOException {
        var files = SourceFile.find(sources);
        try (var directory = TargetDirectory.create(target)) {
            var partial = directory.partial();
            var temporary = Files.createDirectory(partial.resolve("temporary"));
            PreparationReport report;
            try (var spill = new Spill(temporary, writer(partial).idBytes())) {
                read(files, spill);
                report = write(spill, files, partial);
            }
            for (var file : List.of("documents.ids", "documents.ends")) {
                Files.delete(temporary.resolve(file));
            }
            Files.delete(temporary);
            directory.complete();
            return report;
        }
    }

    private void read(List<SourceFile> files, Spill spill) throws IOException {
        var encoder = new DocumentEncoder(vocabulary.tokenizer(), vocabulary.separator(), options.reading());
        var bytesTotal = files.stream().mapToLong(SourceFile::bytes).sum();
        var bytesBefore = 0L;
        try (var parallel = new ParallelEncoder(encoder, options.threads(), ids -> add(ids, spill))) {
            for (var file : files) {
                var before = bytesBefore;
                var bytesRead = new long[1];
                try (var pieces = DocumentFiles.open(
                        file, options.reading(), vocabulary.separator(), bytes -> bytesRead[0] = bytes)) {
                    for (var piece = pieces.next(); piece != null; piece = pieces.next()) {
                        parallel.add(piece);
                        progress.reading(before + bytesRead[0], bytesTotal, spill.documents(), spill.tokens());
                    }
                }
                bytesBefore += file.bytes();
            }
            parallel.finish();
        }
        spill.complete();
        progress.reading(bytesTotal, bytesTotal, spill.documents(), spill.tokens());
    }

    private void add(Ids ids, Spill spill) throws IOException {
        spill.append(ids.ids());
        switch (ids.ending()) {
            case CONTINUES -> {}
            case ABANDONED -> {
                unendedDocuments += spill.isEmpty() ? 0 : 1;
                spill.abandonDocument();
            }
            case ENDS -> {
                if (spill.isEmpty()) {
                    emptyDocuments++;
                    return;
                }
                if (ids.isText()) {
                    spill.append(vocabulary.endOfText());
                }
                spill.endDocument();
            }
        }
    }

    private PreparationReport write(Spill spill, List<SourceFile> files, Path directory) throws IOException {
        var documents = documents(spill, files);
        var held = options.heldOut().choose(documents, options.seed());
        var sources = files.stream().map(file -> file.path().toString()).toList();
        var order = new Permutation(options.seed(), ORDER_STREAM, documents);
        WindowIndex training;
        try (var writer = writer(directory)) {
            for (var i = 0; i < documents; i++) {
                var document = options.preserveOrder() ? i : (int) order.at(i);
                if (!held.get(document)) {
                    spill.copy(document, writer::append);
                }
                progress.writing(i + 1L, documents);
            }
            var seed = options.preserveOrder() ? OptionalLong.empty() : OptionalLong.of(options.seed());
            training = writer.complete(documents - held.cardinality(), seed, sources);
        }
        var validation = held.isEmpty()
                ? Optional.<WindowIndex>empty()
                : Optional.of(validation(spill, held, sources, directory));
        return new PreparationReport(training, validation, emptyDocuments, unendedDocuments);
    }

    private WindowIndex validation(Spill spill, BitSet held, List<String> sources, Path directory) throws IOException {
        try (var writer = writer(Files.createDirectory(directory.resolve(VALIDATION)))) {
            for (var document = held.nextSetBit(0); document >= 0; document = held.nextSetBit(document + 1)) {
                spill.copy(document, writer::append);
            }
            return writer.complete(held.cardinality(), OptionalLong.empty(), sources);
        }
    }

    private static int documents(Spill spill, List<SourceFile> files) throws DataException {
        if (spill.documents() == 0) {
            throw new DataException.CannotPrepare("there is no document in "
                    + (files.size() == 1 ? files.getFirst().path().toString() : "the " + files.size() + " files"));
        }
        if (spill.documents() > Integer.MAX_VALUE) {
            throw new DataException.CannotPrepare("%,d documents are more than %,d: prepare them in parts"
                    .formatted(spill.documents(), Integer.MAX_VALUE));
        }
        return (int) spill.documents();
    }

    private WindowSetWriter writer(Path directory) {
        return new WindowSetWriter(
                directory,
                options.sequence() + 1,
                vocabulary.tokenizer().vocabularySize(),
                vocabulary.sha256(),
                options.fileBytes());
    }
}
