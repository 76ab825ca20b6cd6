package io.meshtransformer.gateway.event;

import io.meshtransformer.messaging.LogPlace;

/**
 * An event as streams show it.
 *
 * @param type its name
 * @param json written once for all who read it, to be left as it is
 */
public record ShownEvent(String type, byte[] json, LogPlace place) {}
