package io.meshtransformer.local.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.meshtransformer.training.data.WindowIndex;
import io.meshtransformer.training.data.prepare.PreparationReport;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** Sets of windows as people and programs read them. */
final class DataReport {
    private DataReport() {}

    static String table(Path directory, PreparationReport report, double seconds) {
        var text = new StringBuilder(table(directory, report.training(), report.validation()));
        leftOut(text, report.emptyDocuments(), "without text");
        leftOut(text, report.unendedDocuments(), "that nothing ended");
        return text.append(String.format(Locale.ROOT, "%nmade in %.1f s", seconds))
                .toString();
    }

    private static void leftOut(StringBuilder text, long documents, String why) {
        if (documents > 0) {
            text.append(String.format(
                    Locale.ROOT, "%nleft out: %,d %s %s", documents, documents == 1 ? "document" : "documents", why));
        }
    }

    static String table(Path directory, WindowIndex training, Optional<WindowIndex> validation) {
        var text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT, "%s: sequences of %,d tokens, windows of one more%n%n", directory, training.sequence()));
        text.append(String.format(Locale.ROOT, "%-16s%16s", "", "TRAINING"));
        validation.ifPresent(_ -> text.append(String.format(Locale.ROOT, "%16s", "VALIDATION")));
        row(text, "documents", index -> index.counts().documents(), training, validation);
        row(text, "tokens", index -> index.counts().tokens(), training, validation);
        row(text, "windows", WindowIndex::windows, training, validation);
        row(text, "tokens dropped", index -> index.counts().droppedTokens(), training, validation);
        return text.toString();
    }

    private static void row(
            StringBuilder text,
            String name,
            ToLongFunction<WindowIndex> number,
            WindowIndex training,
            Optional<WindowIndex> validation) {
        text.append(String.format(Locale.ROOT, "%n%-16s%,16d", name, number.applyAsLong(training)));
        validation.ifPresent(index -> text.append(String.format(Locale.ROOT, "%,16d", number.applyAsLong(index))));
    }

    static String json(Path directory, PreparationReport report, double seconds) throws JsonProcessingException {
        var json = new LinkedHashMap<String, Object>();
        json.put("directory", directory.toString());
        json.put("training", report.training().json());
        json.put("validation", report.validation().map(WindowIndex::json).orElse(null));
        json.put("empty_documents", report.emptyDocuments());
        json.put("unended_documents", report.unendedDocuments());
        json.put("seconds", seconds);
        return Output.json(json);
    }

    static String json(Path directory, WindowIndex training, Optional<WindowIndex> validation)
            throws JsonProcessingException {
        var json = new LinkedHashMap<String, Object>();
        json.put("directory", directory.toString());
        json.put("training", training.json());
        json.put("validation", validation.map(WindowIndex::json).orElse(null));
        return Output.json(json);
    }
}
