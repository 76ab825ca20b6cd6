package io.meshtransformer.local.command;

import java.util.Locale;

/** Numbers of bytes as people write them. */
final class Sizes {
    private static final double MEGABYTE = 1e6;

    private Sizes() {}

    /** In millions of bytes: "204.8 MB". */
    static String text(long bytes) {
        return String.format(Locale.ROOT, "%.1f MB", bytes / MEGABYTE);
    }
}
