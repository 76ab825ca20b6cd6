package io.meshtransformer.gateway.event;

import io.meshtransformer.gateway.error.ApiException;
import io.meshtransformer.gateway.error.ErrorKind;
import io.meshtransformer.gateway.http.ServerSentEvents;
import io.meshtransformer.messaging.LogPlace;
import java.util.regex.Pattern;

/** The place of an event in its topic, which is its {@code id}: any gateway goes on from there. */
record EventPlace(int partition, long offset) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,9})\\.(\\d{1,18})");

    static EventPlace of(LogPlace place) {
        return new EventPlace(place.partition(), place.offset());
    }

    /**
     * @param events what they are, in a sentence
     * @throws ApiException if the text is no id of an event
     */
    static EventPlace parse(String text, String events) {
        var parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw new ApiException(
                    ErrorKind.INVALID_VALUE,
                    "The header Last-Event-ID holds no id of %s; without it the stream begins with now"
                            .formatted(events),
                    ServerSentEvents.LAST_EVENT_ID);
        }
        return new EventPlace(Integer.parseInt(parts.group(1)), Long.parseLong(parts.group(2)));
    }

    @Override
    public String toString() {
        return partition + "." + offset;
    }
}
