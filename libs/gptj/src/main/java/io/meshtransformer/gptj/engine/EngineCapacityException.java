package io.meshtransformer.gptj.engine;

/** No slot or no KV memory is free; the message names what was asked for and what there is. */
public final class EngineCapacityException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public EngineCapacityException(String message) {
        super(message);
    }
}
