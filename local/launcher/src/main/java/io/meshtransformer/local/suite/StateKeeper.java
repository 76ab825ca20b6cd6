package io.meshtransformer.local.suite;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.local.process.ProcessIdentity;
import java.util.function.UnaryOperator;

/** The one writer of the state: every change is in the file before anybody acts on it. */
final class StateKeeper {
    private final StateFile file;
    private SuiteState state;

    StateKeeper(StateFile file, SuiteState first) {
        this.file = requireNonNull(file, "file is null");
        this.state = requireNonNull(first, "first is null");
        file.write(first);
    }

    synchronized SuiteState state() {
        return state;
    }

    synchronized void change(UnaryOperator<SuiteState> change) {
        state = change.apply(state);
        file.write(state);
    }

    void phase(SuiteState.Phase phase, String failure) {
        change(now -> now.with(phase, failure));
    }

    void started(String service, ProcessIdentity process) {
        changeService(
                service,
                now -> new SuiteState.Service(
                        now.name(), process, now.port(), SuiteState.Health.STARTING, now.seconds(), now.restarts()));
    }

    /** @param seconds since the start of the suite; only the first ones stay */
    void ready(String service, ProcessIdentity process, double seconds) {
        changeService(
                service,
                now -> new SuiteState.Service(
                        now.name(),
                        process,
                        now.port(),
                        SuiteState.Health.READY,
                        now.seconds() == null ? Double.valueOf(seconds) : now.seconds(),
                        now.restarts()));
    }

    void died(String service) {
        changeService(
                service,
                now -> new SuiteState.Service(
                        now.name(), null, now.port(), SuiteState.Health.RESTARTING, now.seconds(), now.restarts() + 1));
    }

    void ended(String service) {
        changeService(
                service,
                now -> new SuiteState.Service(
                        now.name(), null, now.port(), SuiteState.Health.DOWN, now.seconds(), now.restarts()));
    }

    private void changeService(String name, UnaryOperator<SuiteState.Service> change) {
        change(now -> now.service(name)
                .map(service -> now.with(change.apply(service)))
                .orElseThrow());
    }
}
