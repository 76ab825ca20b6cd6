package io.meshtransformer.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshtransformer.training.data.prepare.Preparation;
import io.meshtransformer.training.data.prepare.PreparationOptions;
import io.meshtransformer.training.data.prepare.PreparationProgress;
import io.meshtransformer.training.data.prepare.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Texts to windows on the disk, in turns with Hugging Face's tokenizers in Python doing the same: same tokenizer file,
 * same text, every core each.
 */
final class DataPreparation {
    private static final String SCRIPT = "benchmarks/src/main/python/hf_prepare.py";
    private static final long TEXT_BYTES = 32_000_000;
    private static final int SEQUENCE = 256;
    private static final int WARM_UP = 2;
    private static final int ROUNDS = 7;

    private DataPreparation() {}

    /**
     * @param python that has tokenizers and numpy
     * @param tokenizer a folder with a tokenizer.json
     * @param texts whose documents are separated by end-of-text; repeated until they are large
     */
    static void run(String python, Path tokenizer, List<Path> texts) throws IOException {
        var folder = Files.createTempDirectory("data-preparation");
        try {
            var vocabulary = Vocabulary.load(tokenizer, Optional.empty());
            var text = folder.resolve("text.txt");
            write(text, texts, vocabulary.separator());
            var command = List.of(
                    python,
                    SCRIPT,
                    tokenizer.resolve("tokenizer.json").toString(),
                    text.toString(),
                    folder.resolve("ids.bin").toString(),
                    vocabulary.separator());
            try (var peer = new PythonPeer(command)) {
                System.out.println("tokenizers " + peer.line());
                inTurns(vocabulary, text, folder, peer);
            }
        } finally {
            delete(folder);
        }
    }

    private static void write(Path text, List<Path> texts, String separator) throws IOException {
        try (var out = Files.newOutputStream(text)) {
            for (var written = 0L; written < TEXT_BYTES; ) {
                for (var file : texts) {
                    written += Files.copy(file, out);
                    out.write(("\n" + separator + "\n").getBytes(UTF_8));
                }
            }
        }
    }

    private static void inTurns(Vocabulary vocabulary, Path text, Path folder, PythonPeer peer) throws IOException {
        var ours = new long[ROUNDS];
        var theirs = new long[ROUNDS];
        for (var round = -WARM_UP; round < ROUNDS; round++) {
            var out = folder.resolve("out");
            var begin = System.nanoTime();
            var tokens = prepare(vocabulary, text, out);
            var nanos = System.nanoTime() - begin;
            delete(out);
            var answer = peer.run().split(" ");
            if (tokens != Long.parseLong(answer[1])) {
                throw new IOException("%,d tokens are not the %s of the other side".formatted(tokens, answer[1]));
            }
            if (round >= 0) {
                ours[round] = nanos;
                theirs[round] = Long.parseLong(answer[0]);
            }
        }
        report(Files.size(text), new Samples(ours), new Samples(theirs));
    }

    private static long prepare(Vocabulary vocabulary, Path text, Path out) throws IOException {
        return new Preparation(vocabulary, PreparationOptions.of(SEQUENCE), PreparationProgress.NONE)
                .run(List.of(text), out)
                .training()
                .counts()
                .tokens();
    }

    private static void report(long bytes, Samples ours, Samples theirs) {
        System.out.printf(Locale.ROOT, "%,d bytes of text%n", bytes);
        System.out.printf(Locale.ROOT, "this suite: %s, %.1f MB/s%n", ours, bytes / 1e3 / ours.medianMillis());
        System.out.printf(Locale.ROOT, "tokenizers: %s, %.1f MB/s%n", theirs, bytes / 1e3 / theirs.medianMillis());
        System.out.printf(
                Locale.ROOT,
                "times as fast: best %.2f, median %.2f%n",
                theirs.bestMillis() / ours.bestMillis(),
                theirs.medianMillis() / ours.medianMillis());
    }

    private static void delete(Path folder) throws IOException {
        try (var paths = Files.walk(folder)) {
            for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
