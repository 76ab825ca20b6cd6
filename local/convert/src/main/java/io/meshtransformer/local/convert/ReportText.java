package io.meshtransformer.local.convert;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.Locale;

/** A report for people and for programs. A tree, not records: nothing to register for a native executable. */
final class ReportText {
    private static final double MEGA = 1e6;
    private static final double MILLI = 1e-3;

    private ReportText() {}

    static String table(Report report) {
        var lines = new ArrayList<String>();
        lines.add(row("from", report.source()));
        lines.add(row("to", report.target() + ", " + layout(report)));
        lines.add(row("weights", report.type().name().toLowerCase(Locale.ROOT)));
        lines.add(row("step", "%,d".formatted(report.step())));
        lines.add(row("tensors", "%,d".formatted(report.hashes().size())));
        lines.add(row("bytes", "%,d".formatted(report.bytes())));
        var seconds = report.time().toMillis() * MILLI;
        lines.add(
                row("time", "%.1f s, %,.0f MB/s".formatted(seconds, report.bytes() / MEGA / Math.max(MILLI, seconds))));
        lines.add(row("hashes", report.target().resolve(Conversion.HASHES) + ""));
        report.remarks().forEach(remark -> lines.add(row("note", remark)));
        return String.join(System.lineSeparator(), lines);
    }

    private static String layout(Report report) {
        return switch (report.layout()) {
            case HF -> "Hugging Face safetensors";
            case MTJ -> "mesh-transformer-jax checkpoint, " + report.shards() + " shards";
            case TRAIN -> "checkpoint of a run";
        };
    }

    private static String row(String name, String value) {
        return "%-8s %s".formatted(name, value);
    }

    static String json(Report report) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("source", report.source())
                .put("target", report.target().toString())
                .put("format", report.layout().optionName());
        if (report.layout() == Layout.MTJ) {
            json.put("shards", report.shards());
        }
        json.put("dtype", report.type().name().toLowerCase(Locale.ROOT))
                .put("step", report.step())
                .put("bytes", report.bytes())
                .put("seconds", report.time().toMillis() * MILLI);
        var tensors = json.putObject("tensors");
        report.hashes().forEach(tensors::put);
        var remarks = json.putArray("remarks");
        report.remarks().forEach(remarks::add);
        return json.toPrettyString();
    }
}
