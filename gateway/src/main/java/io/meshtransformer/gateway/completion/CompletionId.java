package io.meshtransformer.gateway.completion;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The id of a completions request, {@code cmpl-<uuid>}, from which everything follows that a gateway resuming its stream
 * must know: when it was made, the ids of its prompts' requests on the topics and their seeds.
 *
 * @param uuid version 7: it begins with the milliseconds since 1970
 */
public record CompletionId(UUID uuid) {
    private static final Pattern FORM =
            Pattern.compile("cmpl-([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})");
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    public CompletionId {
        requireNonNull(uuid, "uuid is null");
    }

    /** @param random 74 of its bits are used */
    public static CompletionId of(Instant created, UUID random) {
        long high = created.toEpochMilli() << 16 | 0x7000 | random.getMostSignificantBits() & 0xFFF;
        return new CompletionId(new UUID(high, random.getLeastSignificantBits()));
    }

    public static Optional<CompletionId> parse(String text) {
        var matcher = FORM.matcher(text);
        return matcher.matches() ? Optional.of(new CompletionId(UUID.fromString(matcher.group(1)))) : Optional.empty();
    }

    public Instant created() {
        return Instant.ofEpochMilli(uuid.getMostSignificantBits() >>> 16);
    }

    /**
     * The id on the topics of one prompt.
     *
     * @param run 0 for the first; a cancelled request that somebody comes back to runs again under the next
     */
    public String requestId(int prompt, int run) {
        return this + "-" + prompt + (run == 0 ? "" : "-" + run);
    }

    /** Which prompt and run of this request an id on the topics is, empty if it is none of them. */
    public Optional<PromptRun> promptRun(String requestId) {
        var prefix = this + "-";
        if (!requestId.startsWith(prefix)) {
            return Optional.empty();
        }
        var numbers = requestId.substring(prefix.length()).split("-", -1);
        try {
            var prompt = Integer.parseInt(numbers[0]);
            var run = numbers.length > 1 ? Integer.parseInt(numbers[1]) : 0;
            return requestId(prompt, run).equals(requestId)
                    ? Optional.of(new PromptRun(prompt, run))
                    : Optional.empty();
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    /** The seed of a prompt whose client gave none: the same in every run. */
    public long seed(int prompt) {
        // The finalizer of SplitMix64, by Steele, Lea and Flood.
        long z = (uuid.getMostSignificantBits() ^ uuid.getLeastSignificantBits()) + (prompt + 1) * GOLDEN_GAMMA;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    @Override
    public String toString() {
        return "cmpl-" + uuid;
    }

    /** A prompt of a completions request by its place, and the how-manieth time it is run. */
    public record PromptRun(int prompt, int run) {}
}
