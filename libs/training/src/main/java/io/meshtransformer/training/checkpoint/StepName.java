package io.meshtransformer.training.checkpoint;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * How the directories of checkpoints are called: {@code step-00000500}, and with a dot before it what is no checkpoint,
 * not yet or no longer.
 */
final class StepName {
    private static final Pattern COMMITTED = Pattern.compile("step-(\\d{8,18})");
    private static final Pattern ASIDE = Pattern.compile("\\.(step-\\d{8,18})\\.([a-z]+)-[0-9a-f]+");
    private static final Pattern PIN = Pattern.compile("\\.(step-\\d{8,18})\\.pin");

    private StepName() {}

    /** Why a directory is aside. */
    enum Aside {
        /** Being written. */
        PARTIAL,
        /** Being deleted. */
        DELETED,
        /** Another of the same step takes its place; until it has, this is the one. */
        REPLACED;

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A directory that is aside, and the name of the checkpoint that it is not. */
    record Found(Path directory, Aside why, String name) {}

    static String of(long step) {
        return "step-%08d".formatted(step);
    }

    static String pin(long step) {
        return "." + of(step) + ".pin";
    }

    static String aside(long step, Aside why, long random) {
        return "." + of(step) + "." + why.word() + "-" + Long.toHexString(random);
    }

    /** The step of a committed checkpoint; nothing for another name. */
    static OptionalLong committed(Path path) {
        return step(COMMITTED, path);
    }

    /** The step that a pin is for; nothing for another name. */
    static OptionalLong pinned(Path path) {
        var matcher = PIN.matcher(path.getFileName().toString());
        return matcher.matches() ? step(COMMITTED, Path.of(matcher.group(1))) : OptionalLong.empty();
    }

    private static OptionalLong step(Pattern pattern, Path path) {
        var matcher = pattern.matcher(path.getFileName().toString());
        if (!matcher.matches()) {
            return OptionalLong.empty();
        }
        var step = Long.parseLong(matcher.group(1));
        return of(step).equals(matcher.group(0)) ? OptionalLong.of(step) : OptionalLong.empty();
    }

    static Optional<Found> aside(Path path) {
        var matcher = ASIDE.matcher(path.getFileName().toString());
        if (matcher.matches()) {
            for (var why : Aside.values()) {
                if (why.word().equals(matcher.group(2))) {
                    return Optional.of(new Found(path, why, matcher.group(1)));
                }
            }
        }
        return Optional.empty();
    }
}
