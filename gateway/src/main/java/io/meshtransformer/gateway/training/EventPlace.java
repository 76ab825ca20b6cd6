package io.meshtransformer.gateway.training;

import io.meshtransformer.gateway.error.ApiException;
import io.meshtransformer.gateway.error.ErrorKind;
import io.meshtransformer.gateway.http.ServerSentEvents;
import io.meshtransformer.messaging.LogPlace;
import java.util.regex.Pattern;

/** The place of a run's event in {@code training.events}, which is its {@code id}: any gateway goes on from there. */
record EventPlace(int partition, long offset) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,9})\\.(\\d{1,18})");

    static EventPlace of(LogPlace place) {
        return new EventPlace(place.partition(), place.offset());
    }

    /** @throws ApiException if the text is no id of an event */
    static EventPlace parse(String text) {
        var parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw new ApiException(
                    ErrorKind.INVALID_VALUE,
                    "The header Last-Event-ID holds no id of a training event; without it the stream begins with now",
                    ServerSentEvents.LAST_EVENT_ID);
        }
        return new EventPlace(Integer.parseInt(parts.group(1)), Long.parseLong(parts.group(2)));
    }

    @Override
    public String toString() {
        return partition + "." + offset;
    }
}
