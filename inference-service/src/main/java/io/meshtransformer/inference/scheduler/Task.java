package io.meshtransformer.inference.scheduler;

import io.meshtransformer.contracts.AnswerEvent;
import java.util.function.Consumer;

/**
 * A request's work on the engine: asks for a place in each step and turns the logits it gets into events. The scheduler
 * calls {@link #admit} until it succeeds, then per step {@link #widen}, {@link #decode}, {@link #prefill} and
 * {@link #advance}, always on one thread, and {@link #close} at the end, whatever the end is.
 */
public interface Task extends AutoCloseable {

    /**
     * Reserves the least that lets the request run to its end, worst case, and emits what needs no engine.
     *
     * @return false where that is not free now; then nothing is reserved
     */
    boolean admit(Consumer<AnswerEvent> events);

    /** Reserves places for more of its parallel sequences; false where some of them have to wait. */
    boolean widen();

    /** Adds one id for every sequence that generates. */
    void decode(StepPlan plan);

    /** Prompt and continuation tokens that could be read now. */
    int prefillDemand();

    /** Adds at most {@code tokens} prompt and continuation tokens, fewer where logit rows or slots run out. */
    void prefill(StepPlan plan, int tokens);

    /** Makes events of the rows read in this step. */
    void advance(Consumer<AnswerEvent> events);

    /** Whether its terminal event was emitted. */
    boolean done();

    /** Frees its slots and reservations. */
    @Override
    void close();
}
