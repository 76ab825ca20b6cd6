package io.meshtransformer.local.training;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;

/** Where a run's progress is shown: lines that stay, and how far it is. */
public interface RunDisplay extends AutoCloseable {
    /** Something worth a line. */
    void line(String text);

    /** How far it is, time and again. */
    void progress(RunProgress progress);

    /** The progress that was shown last stays where it is. */
    void settle();

    @Override
    void close();

    /** For people who watch: one line with a bar, which changes. */
    static RunDisplay terminal(PrintWriter out) {
        return new Terminal(out);
    }

    /** For files and pipes: a line now and then. */
    static RunDisplay plain(PrintWriter out, InstantSource time) {
        return new Plain(out, time);
    }

    /** A bar that stands at the bottom; lines push it down. */
    final class Terminal implements RunDisplay {
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
        public void progress(RunProgress progress) {
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

    /** The first step, the last one, and what comes a while after the line before. */
    final class Plain implements RunDisplay {
        private static final Duration EVERY = Duration.ofSeconds(10);

        private final PrintWriter out;
        private final InstantSource time;
        private Instant next = Instant.MIN;

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
        public void progress(RunProgress progress) {
            var now = time.instant();
            if (progress.step() > 0 && (!now.isBefore(next) || progress.step() == progress.totalSteps())) {
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
