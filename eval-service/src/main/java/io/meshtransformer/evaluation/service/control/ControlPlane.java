package io.meshtransformer.evaluation.service.control;

import io.meshtransformer.contracts.EvaluationEvent;
import io.meshtransformer.contracts.EvaluationSettings;
import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.ServedModel;
import io.meshtransformer.evaluation.service.evaluation.Action;
import io.meshtransformer.evaluation.service.evaluation.Evaluation;
import io.meshtransformer.evaluation.service.evaluation.Evaluation.Checkpoint;
import io.meshtransformer.evaluation.service.evaluation.EvaluationMachine;
import io.meshtransformer.evaluation.service.evaluation.Input;
import io.meshtransformer.evaluation.service.evaluation.State;
import io.meshtransformer.evaluation.service.store.Database;
import io.meshtransformer.evaluation.service.store.EvaluationStore;
import io.meshtransformer.evaluation.service.store.Outbox;
import io.meshtransformer.evaluation.service.store.PartStore;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * All that changes an evaluation's state goes through here, one after the other over all instances: each change is a
 * transaction, with the events that tell of it; what is to be done is done when it is committed, and again when its time
 * comes where that was cut off.
 */
@Singleton
public final class ControlPlane {
    private static final Logger LOG = Logger.getLogger(ControlPlane.class);

    private final Database database;
    private final EvaluationStore evaluations;
    private final PartStore parts;
    private final Outbox outbox;
    private final Standings standings;
    private final Places places;
    private final Errands errands;
    private final News news;
    private final EvaluationMachine machine;
    private final EvaluationConfiguration configuration;
    private final InstantSource clock;

    ControlPlane(
            Database database,
            EvaluationStore evaluations,
            PartStore parts,
            Outbox outbox,
            Standings standings,
            Places places,
            Errands errands,
            News news,
            EvaluationMachine machine,
            EvaluationConfiguration configuration,
            InstantSource clock) {
        this.database = database;
        this.evaluations = evaluations;
        this.parts = parts;
        this.outbox = outbox;
        this.standings = standings;
        this.places = places;
        this.errands = errands;
        this.news = news;
        this.machine = machine;
        this.configuration = configuration;
        this.clock = clock;
    }

    /** What somebody wants evaluated, and what there is to it. */
    public record Wish(String name, EvaluationSettings settings, Checkpoint checkpoint, boolean publish, Plan plan) {
        /** The parts, or why there can be none. */
        public sealed interface Plan {
            record Parts(List<PartPlan> parts) implements Plan {
                public Parts {
                    parts = List.copyOf(parts);
                }
            }

            record Impossible(String reason) implements Plan {}
        }
    }

    /**
     * What an evaluation came to.
     *
     * @param figures of each part, as JSON
     * @param results canonical JSON
     * @param receipt JSON
     */
    public record Computed(String figures, String results, String receipt) {}

    /** Makes an evaluation; where it is there already nothing changes. */
    public void evaluate(Wish wish) {
        change((connection, actions) -> {
            var found = evaluations.named(connection, wish.name());
            if (found.isPresent()) {
                Wishes.requireSame(found.get(), wish.settings());
                return;
            }
            var row = evaluations.add(
                    connection, wish.name(), wish.settings(), wish.checkpoint(), wish.publish(), clock.instant());
            switch (wish.plan()) {
                case Wish.Plan.Parts(var planned) -> {
                    var rows = planned.stream().map(part -> part.row(row.id())).toList();
                    parts.add(connection, rows, configuration.chunk());
                    tell(connection, row.id());
                }
                case Wish.Plan.Impossible(var reason) -> {
                    // As if its turn had come and it had met that.
                    meet(connection, row.id(), new Input.Place(), new ArrayList<>());
                    meet(connection, row.id(), new Input.Refused(reason), actions);
                }
            }
        });
    }

    /** Somebody wants something of an evaluation. */
    public void met(String name, Input input) {
        change((connection, actions) -> {
            var row = evaluations.named(connection, name).orElseThrow(() -> Refusal.unknownEvaluation(name));
            if (input instanceof Input.Resume && parts.of(connection, row.id()).isEmpty()) {
                throw new Refusal(
                        FailureCode.TASK_NOT_FOUND,
                        "evaluation '" + name + "' never had its tasks and cannot go on: " + row.reason(),
                        "evaluation");
            }
            meet(connection, row.id(), input, actions);
        });
    }

    /** Something happened to an evaluation. */
    public void met(long id, Input input) {
        change((connection, actions) -> meet(connection, id, input, actions));
    }

    /** This answers for the evaluation's model. */
    public void served(long id, ServedModel served, String tokenizerHash) {
        change((connection, actions) -> {
            var after = meet(connection, id, new Input.Served(served.identity()), actions);
            if (after != null
                    && after.state() instanceof State.Running
                    && served.identity().equals(after.identity())) {
                evaluations.served(connection, id, served, tokenizerHash, clock.instant());
            }
        });
    }

    /** Its results are there. */
    public void computed(long id, Computed computed) {
        change((connection, actions) -> {
            var before = evaluations.locked(connection, id);
            if (before.isPresent() && before.get().state() instanceof State.Running) {
                evaluations.results(connection, id, computed.figures(), computed.results(), computed.receipt());
                meet(connection, id, new Input.Computed(), actions);
            }
        });
    }

    /** Time passed. */
    void tick() {
        change((connection, actions) -> {
            for (var row : evaluations.going(connection)) {
                meet(connection, row.id(), new Input.Tick(), actions);
            }
        });
    }

    /** @return the evaluation afterwards; null where it is not there any more */
    private Evaluation meet(Connection connection, long id, Input input, List<Action> actions) throws SQLException {
        var found = evaluations.locked(connection, id);
        if (found.isEmpty()) {
            return null;
        }
        var before = found.get();
        var transition = machine.meet(before, input, clock.instant());
        var after = transition.evaluation();
        actions.addAll(transition.actions());
        if (!after.equals(before)) {
            evaluations.set(connection, id, after);
        }
        if (before.state().getClass() != after.state().getClass()) {
            LOG.infof("evaluation %s: %s", before.name(), after.state());
        }
        if (!before.state().equals(after.state())) {
            tell(connection, id);
        }
        return after;
    }

    private void tell(Connection connection, long id) throws SQLException {
        var row = evaluations.numbered(connection, id).orElseThrow();
        outbox.add(connection, new EvaluationEvent(row.name(), clock.instant(), standings.brief(connection, row)));
    }

    private interface Work {
        void in(Connection connection, List<Action> actions) throws SQLException;
    }

    private void change(Work work) {
        var actions = new ArrayList<Action>();
        database.change(connection -> {
            evaluations.lock(connection);
            work.in(connection, actions);
            for (var next : places.next(evaluations.going(connection))) {
                meet(connection, next.id(), new Input.Place(), actions);
            }
        });
        errands.run(actions);
        news.evaluationsChanged();
    }
}
