package io.meshtransformer.training.service.launch;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/** What a run and its workers are called in a cluster: labels of DNS, at most 63 letters with what pods add. */
final class JobName {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?");
    private static final int LONGEST = 40;

    private JobName() {}

    /** The run's name where it is a label; else one that is made of it, and of no other. */
    static String ofRun(String run) {
        if (run.length() <= LONGEST && LABEL.matcher(run).matches()) {
            return run;
        }
        var crc = new CRC32();
        crc.update(run.getBytes(StandardCharsets.UTF_8));
        var kept = run.substring(0, Math.min(run.length(), LONGEST - 9)).replaceAll("[^a-z0-9]", "-");
        return String.format(Locale.ROOT, "%s-%08x", kept, crc.getValue());
    }

    static String ofWorker(String run, int attempt) {
        return "mtj-" + ofRun(run) + "-" + attempt;
    }
}
