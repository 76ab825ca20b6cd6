package io.meshtransformer.pjrt;

import java.util.List;

/**
 * A run of a program on its devices. The results belong to whoever asked for the run: they can go into the next one
 * at once, and each has to be closed. Closing the execution lets go of its events only.
 */
public final class Execution implements AutoCloseable {
    private final List<List<Buffer>> results;
    private final List<Event> events;

    Execution(List<List<Buffer>> results, List<Event> events) {
        this.results = results;
        this.events = events;
    }

    /** Arrays by device and output, {@code [device][output]}, in the order of the executable's devices. */
    public List<List<Buffer>> results() {
        return results;
    }

    /** One for each device; happens when the device has run the program. */
    public List<Event> events() {
        return events;
    }

    /**
     * Waits for all devices.
     *
     * @throws PjrtException.XlaError if the run failed on one; the results are closed then
     */
    public void await() {
        try {
            events.forEach(Event::await);
        } catch (PjrtException.XlaError failed) {
            results.forEach(device -> device.forEach(Buffer::close));
            throw failed;
        }
    }

    @Override
    public void close() {
        events.forEach(Event::close);
    }
}
