package io.meshtransformer.messaging;

import io.meshtransformer.messaging.GatewayConfiguration.Replays;

/** So many streams are being read again that one more found no place in time; it may try again. */
public final class TooManyReplaysException extends MessagingException {
    private static final long serialVersionUID = 1L;

    TooManyReplaysException(Replays limits) {
        super("%d streams are being read again already, and none of them was done within %d ms"
                .formatted(limits.atOnce(), limits.patience().toMillis()));
    }
}
