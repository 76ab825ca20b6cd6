package io.meshtransformer.gateway.completion;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.gateway.error.ApiException;
import io.meshtransformer.gateway.error.ErrorKind;
import io.meshtransformer.gateway.http.ServerSentEvents;
import java.util.regex.Pattern;

/**
 * An event of a stream by its place in the log, which is the event's {@code id}: whoever holds it can go on from there,
 * at any gateway.
 *
 * @param partition of the answers topic where all of the stream's events are
 * @param startOffset from which on they are
 * @param offset of the record of this event
 * @param index of the event in the record
 */
public record StreamPlace(int partition, long startOffset, long offset, int index, CompletionId id) {
    public static final String HEADER = ServerSentEvents.LAST_EVENT_ID;

    private static final Pattern FORM =
            Pattern.compile("(\\d{1,9})\\.(\\d{1,18})\\.(\\d{1,18})\\.(\\d{1,9})\\.(cmpl-.+)");

    public StreamPlace {
        requireNonNull(id, "id is null");
    }

    /** @throws ApiException if the text is no id of an event */
    public static StreamPlace parse(String text) {
        var parts = FORM.matcher(text);
        if (parts.matches()) {
            var id = CompletionId.parse(parts.group(5));
            if (id.isPresent()) {
                return new StreamPlace(
                        Integer.parseInt(parts.group(1)),
                        Long.parseLong(parts.group(2)),
                        Long.parseLong(parts.group(3)),
                        Integer.parseInt(parts.group(4)),
                        id.get());
            }
        }
        throw new ApiException(
                ErrorKind.INVALID_VALUE,
                "The header Last-Event-ID holds no id of an event of a stream; without it the request begins anew",
                HEADER);
    }

    /** Whether an event at this place of the partition comes after this one. */
    public boolean isBefore(long thatOffset, int thatIndex) {
        return offset < thatOffset || offset == thatOffset && index < thatIndex;
    }

    @Override
    public String toString() {
        return partition + "." + startOffset + "." + offset + "." + index + "." + id;
    }
}
