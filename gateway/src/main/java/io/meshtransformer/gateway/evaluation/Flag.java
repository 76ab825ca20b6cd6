package io.meshtransformer.gateway.evaluation;

import io.meshtransformer.gateway.error.ApiException;
import io.meshtransformer.gateway.json.JsonField;

/** True or false of an address. */
final class Flag {
    private Flag() {}

    /**
     * Null for null.
     *
     * @throws ApiException if it is neither
     */
    static Boolean parse(String parameter, String text) {
        return switch (text) {
            case null -> null;
            case "true" -> Boolean.TRUE;
            case "false" -> Boolean.FALSE;
            default ->
                throw ApiException.invalid(
                        parameter,
                        "'%s' is '%s', it must be true or false".formatted(parameter, JsonField.shown(text)));
        };
    }
}
