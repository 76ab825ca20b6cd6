package io.meshtransformer.inference.scheduler;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.contracts.Priority;
import io.meshtransformer.gptj.engine.InferenceEngine;
import io.meshtransformer.gptj.engine.Logits;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/** Puts one step together, runs it and has its logits read. A failure is left with the requests it concerns. */
final class StepRunner {

    private static final Logger LOG = System.getLogger(StepRunner.class.getName());
    /** An interactive prompt's turn is this part of a step's prefill tokens; batch prompts are sure of as much in every second step. */
    private static final int TURNS_PER_STEP = 4;
    /** For so many steps after an interactive request ran, batch prompts get one turn: the next one waits for a short step. */
    private static final int STEPS_OF_ATTENTION = 256;
    /** Where batch prompts are alone for so long, a step reads so many times the prefill tokens: that costs less a token. */
    private static final int STEPS_IN_ONE = 2;

    private final InferenceEngine engine;
    private final SchedulerOptions options;
    private final RowReading reading;
    private long attentiveUntil;
    private long lastBatchStep = -1;
    private int failuresInARow;
    private boolean broken;

    StepRunner(InferenceEngine engine, SchedulerOptions options, RowReading reading) {
        this.engine = engine;
        this.options = options;
        this.reading = requireNonNull(reading, "reading is null");
    }

    boolean broken() {
        return broken;
    }

    void breakDown(String what, Throwable cause) {
        broken = true;
        LOG.log(Level.ERROR, "the engine is given up: " + what, cause);
    }

    Outcome run(List<Running> running, long step) {
        var plan = new StepPlan(engine.limits());
        running.forEach(request -> ask(request, plan, task -> task.decode(plan)));
        var decoded = plan.entries().size();
        var beforePrefill = plan.tokensLeft();
        prefill(plan, running, step);
        var prefilled = beforePrefill - plan.tokensLeft();
        if (plan.isEmpty()) {
            return Outcome.NOTHING;
        }
        return runEngine(plan) ? new Outcome(prefilled, decoded, false) : new Outcome(0, 0, true);
    }

    private void prefill(StepPlan plan, List<Running> running, long step) {
        if (!attentive(running, step)) {
            // All that runs is batch.
            var most = Math.min(STEPS_IN_ONE * options.prefillTokens(), plan.tokensLeft());
            readBatch(plan, prefilling(running, Priority.BATCH), most, step);
            return;
        }
        var budget = Math.min(options.prefillTokens(), plan.tokensLeft());
        var quantum = Math.max(1, options.prefillTokens() / TURNS_PER_STEP);
        var interactive = prefilling(running, Priority.INTERACTIVE).stream()
                .sorted(Comparator.comparingLong(Running::lastPrefill))
                .toList();
        var batch = prefilling(running, Priority.BATCH);
        var mostForBatch = Math.min(quantum, budget);
        var interactiveDemand = demand(interactive);
        if (interactiveDemand > 0 && interactiveDemand <= budget && lastBatchStep == step - 1) {
            // The first token of these is a step away: who had the last one stands back.
            mostForBatch = 0;
        }
        var forBatch = (int) Math.min(mostForBatch, demand(batch));
        budget -= byTurns(plan, interactive, budget - forBatch, quantum, step);
        readBatch(plan, batch, Math.min(mostForBatch, budget), step);
    }

    private void readBatch(StepPlan plan, List<Running> batch, int most, long step) {
        if (oneAfterTheOther(plan, batch, most) > 0) {
            lastBatchStep = step;
        }
    }

    private boolean attentive(List<Running> running, long step) {
        if (running.stream().anyMatch(request -> request.submission().priority() == Priority.INTERACTIVE)) {
            attentiveUntil = step + STEPS_OF_ATTENTION;
        }
        return step < attentiveUntil;
    }

    /**
     * A short prompt passes a long one.
     *
     * @param requests who was not served last is first in turn
     * @return tokens given out
     */
    private int byTurns(StepPlan plan, List<Running> requests, int budget, int quantum, long step) {
        var demands = requests.stream()
                .mapToInt(request -> request.task().prefillDemand())
                .toArray();
        var shares = FairShares.divide(demands, budget, quantum);
        var given = 0;
        for (int i = 0; i < shares.length; i++) {
            var share = shares[i];
            if (share > 0) {
                requests.get(i).prefilledIn(step);
                ask(requests.get(i), plan, task -> task.prefill(plan, share));
                given += share;
            }
        }
        return given;
    }

    /**
     * Whole prompts rather than parts of many: that costs the engine least, and nobody looks on.
     *
     * @param requests in the order of their admission
     * @return tokens given out
     */
    private static int oneAfterTheOther(StepPlan plan, List<Running> requests, int budget) {
        var before = plan.tokensLeft();
        for (var request : requests) {
            var left = budget - (before - plan.tokensLeft());
            if (left == 0) {
                break;
            }
            ask(request, plan, task -> task.prefill(plan, Math.min(left, task.prefillDemand())));
        }
        return before - plan.tokensLeft();
    }

    private static List<Running> prefilling(List<Running> running, Priority priority) {
        return running.stream()
                .filter(request -> request.submission().priority() == priority)
                .filter(request -> request.failure() == null && request.task().prefillDemand() > 0)
                .toList();
    }

    private static long demand(List<Running> requests) {
        return requests.stream()
                .mapToLong(request -> request.task().prefillDemand())
                .sum();
    }

    private static void ask(Running request, StepPlan plan, Consumer<Task> question) {
        if (request.failure() != null) {
            return;
        }
        try {
            plan.owner(request);
            question.accept(request.task());
        } catch (RuntimeException e) {
            request.fail(e);
            plan.withdraw(request);
        }
    }

    private boolean runEngine(StepPlan plan) {
        try {
            var logits = engine.step(plan.chunks());
            failuresInARow = 0;
            read(plan, logits);
            return true;
        } catch (RuntimeException e) {
            plan.entries().forEach(entry -> entry.owner().fail(e));
            if (++failuresInARow >= options.engineFailures()) {
                breakDown(failuresInARow + " steps in a row failed", e);
            }
            return false;
        } catch (Error e) {
            plan.entries().forEach(entry -> entry.owner().fail(e));
            breakDown("a step ended in an error of the virtual machine", e);
            return false;
        }
    }

    private void read(StepPlan plan, Logits logits) {
        record Row(StepPlan.Entry entry, int inChunk) {}
        var rows = new ArrayList<Row>(logits.rows());
        for (var entry : plan.entries()) {
            for (int i = 0; i < entry.chunk().logitRows(); i++) {
                rows.add(new Row(entry, i));
            }
        }
        reading.readAll(rows.size(), index -> {
            var row = rows.get(index);
            try {
                row.entry.reader().read(row.inChunk, logits.values(), logits.offset(index));
            } catch (RuntimeException e) {
                row.entry.owner().fail(e);
            }
        });
    }

    record Outcome(int prefillTokens, int decodedSequences, boolean engineFailed) {

        static final Outcome NOTHING = new Outcome(0, 0, false);
    }
}
