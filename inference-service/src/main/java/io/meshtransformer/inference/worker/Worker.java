package io.meshtransformer.inference.worker;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.inference.engine.ComputeThreads;
import io.meshtransformer.inference.scheduler.Scheduler;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Runs a scheduler on a thread of its own: takes in what other threads hand over, steps while there is work, and parks
 * when there is none.
 */
public final class Worker {

    private static final Logger LOG = System.getLogger(Worker.class.getName());

    private static final Duration DELIVERY = Duration.ofSeconds(1);

    private final Scheduler scheduler;
    private final AnswerOutlet outlet;
    private final InstantSource clock;
    private final WorkerObserver observer;
    private final EarlyCancellations early;
    private final BlockingQueue<Order> inbox = new LinkedBlockingQueue<>();
    private final Thread thread;
    private Instant drainUntil;
    private boolean retiring;
    private volatile String trouble;

    public Worker(Scheduler scheduler, AnswerOutlet outlet, InstantSource clock, WorkerObserver observer) {
        this.scheduler = requireNonNull(scheduler, "scheduler is null");
        this.outlet = requireNonNull(outlet, "outlet is null");
        this.clock = requireNonNull(clock, "clock is null");
        this.observer = requireNonNull(observer, "observer is null");
        early = new EarlyCancellations();
        outlet.onLoss(job -> inbox.add(new Order.Recover(job)));
        thread = Thread.ofPlatform().name("scheduler").unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    public void submit(Job job) {
        inbox.add(new Order.Submit(job));
    }

    public void cancel(String requestId) {
        inbox.add(new Order.Cancel(requestId));
    }

    /**
     * Stops: what waits stays unanswered, what runs may finish within the grace. Returns when the thread has ended; then
     * nothing is sent any more.
     */
    public void drain(Duration grace) throws InterruptedException {
        inbox.add(new Order.Drain(clock.instant().plus(grace)));
        thread.join();
    }

    /**
     * Stops when everything that was submitted is answered, however long that takes; nothing may be submitted after this.
     * Returns when the thread has ended.
     */
    public void retire() throws InterruptedException {
        inbox.add(new Order.Retire());
        thread.join();
    }

    /** Why this worker cannot go on, or null while it can. */
    public String trouble() {
        return outlet.blocked() ? "answers cannot be delivered" : trouble;
    }

    /** For tests. */
    Thread.State threadState() {
        return thread.getState();
    }

    private void run() {
        try {
            ComputeThreads.enter();
            do {
                takeOrders();
            } while (goesOn());
            outlet.sendHeld();
        } catch (InterruptedException e) {
            LOG.log(Level.INFO, "the scheduler's thread was interrupted and ends");
        } catch (Throwable e) {
            trouble = "the scheduler failed";
            LOG.log(Level.ERROR, "the scheduler failed; unfinished requests stay uncommitted", e);
        }
    }

    /** One step where there is work; false where the thread is to end. */
    private boolean goesOn() throws InterruptedException {
        if (!scheduler.idle()) {
            step();
        }
        if (scheduler.idle()) {
            outlet.sendHeld();
        }
        if (scheduler.broken()) {
            trouble = "the engine keeps failing";
            return false;
        }
        if (retiring && scheduler.idle() && drainUntil == null) {
            return !everythingArrived();
        }
        return drainUntil == null || !scheduler.idle() && clock.instant().isBefore(drainUntil);
    }

    /** Waits a moment for answers on their way: of those that get lost the inbox hears first. */
    private boolean everythingArrived() throws InterruptedException {
        return outlet.awaitDelivery(DELIVERY) && inbox.isEmpty();
    }

    private void step() {
        var start = System.nanoTime();
        var report = scheduler.step(clock.instant());
        outlet.send(report.emissions());
        observer.stepped(report, scheduler.state(), System.nanoTime() - start);
    }

    /** Waits for an order where there is no other work. */
    private void takeOrders() throws InterruptedException {
        var orders = new ArrayList<Order>();
        if (scheduler.idle() && drainUntil == null && !retiring) {
            orders.add(inbox.take());
        }
        inbox.drainTo(orders);
        orders.forEach(this::obey);
    }

    private void obey(Order order) {
        switch (order) {
            case Order.Submit(var job) -> submitNow(job);
            case Order.Cancel(var requestId) -> {
                if (!scheduler.cancel(requestId)) {
                    early.remember(requestId, clock.instant());
                }
            }
            case Order.Recover(var job) -> recover(job);
            case Order.Drain(var until) -> {
                scheduler.stopAdmitting();
                drainUntil = until;
            }
            case Order.Retire() -> retiring = true;
        }
    }

    private void submitNow(Job job) {
        var now = clock.instant();
        scheduler.submit(job, now);
        if (early.consume(job.request().requestId(), now)) {
            scheduler.cancel(job.request().requestId());
        }
        observer.taken(job);
    }

    private void recover(Job job) {
        scheduler.abandon(job);
        if (AnswerOutlet.worthAnotherRun(job)) {
            scheduler.resubmit(job.again(), clock.instant());
        } else {
            outlet.giveUp(job);
        }
    }

    /** What other threads ask of the scheduler's. */
    private sealed interface Order {
        record Submit(Job job) implements Order {}

        record Cancel(String requestId) implements Order {}

        record Recover(Job job) implements Order {}

        record Drain(Instant until) implements Order {}

        record Retire() implements Order {}
    }
}
