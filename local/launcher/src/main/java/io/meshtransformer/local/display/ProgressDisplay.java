package io.meshtransformer.local.display;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;

/** Where the progress of long work is shown: lines that stay, and how far it is. */
public interface ProgressDisplay extends AutoCloseable {
    /** Something worth a line. */
    void line(String text);

    /** How far it is, time and again. */
    void progress(Progress progress);

    /** The progress that was shown last stays where it is. */
    void settle();

    @Override
    void close();

    /** For people who watch: one line with a bar, which changes. */
    static ProgressDisplay terminal(PrintWriter out) {
        return new Terminal(out);
    }

    /** For files and pipes: a line now and then. */
    static ProgressDisplay plain(PrintWriter out, InstantSource time) {
        return new Plain(out, time);
    }

    /** A bar that stands at the bottom; lines push it down. */
    final class Terminal implements ProgressDisplay {
        private static final String CLEAR = "\r\u001b[K";
        private static final String EIGHTHS = " ▏▎▍▌▋▊▉";
        private static final int BAR = 20;

        private final PrintWriter out;
        private String shown = "";

        private Terminal(PrintWriter out) {
            this.out = out;
        }

        @Override
        public void line(String text) {
            out.print(CLEAR + text + System.lineSeparator() + shown);
            out.flush();
        }

        @Override
        public void progress(Progress progress) {
            shown = "%3d %% %s %s".formatted((int) (100 * progress.part()), bar(progress.part()), progress.text());
            out.print(CLEAR + shown);
            out.flush();
        }

        private static String bar(double part) {
            int eighths = (int) Math.round(part * BAR * 8);
            var whole = "█".repeat(eighths / 8);
            var rest = eighths % 8 == 0 ? "" : EIGHTHS.substring(eighths % 8, eighths % 8 + 1);
            return String.format(Locale.ROOT, "▕%-" + BAR + "s▏", whole + rest);
        }

        @Override
        public void settle() {
            if (!shown.isEmpty()) {
                out.println();
                out.flush();
                shown = "";
            }
        }

        @Override
        public void close() {
            settle();
        }
    }

    /** Its beginning, its end, and what comes a while after the line before. */
    final class Plain implements ProgressDisplay {
        private static final Duration EVERY = Duration.ofSeconds(10);

        private final PrintWriter out;
        private final InstantSource time;
        private Instant next = Instant.MIN;
        private boolean complete;

        private Plain(PrintWriter out, InstantSource time) {
            this.out = out;
            this.time = time;
        }

        @Override
        public void line(String text) {
            out.println(text);
            out.flush();
        }

        @Override
        public void progress(Progress progress) {
            var now = time.instant();
            if (progress.begun() && !complete && (!now.isBefore(next) || progress.complete())) {
                complete = progress.complete();
                next = now.plus(EVERY);
                line(progress.text());
            }
        }

        @Override
        public void settle() {
            // Lines stay anyway.
        }

        @Override
        public void close() {
            out.flush();
        }
    }
}
