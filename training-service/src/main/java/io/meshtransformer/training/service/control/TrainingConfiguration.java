package io.meshtransformer.training.service.control;

import io.meshtransformer.training.service.run.Patience;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;

/** Where runs live, how many go at once, and how long the control plane waits for what. */
@ConfigMapping(prefix = "mtj.training")
public interface TrainingConfiguration {
    /** Each run has a folder of its name in it. */
    @WithDefault("${user.home}/.mtj/runs")
    Path directory();

    /** Runs on this machine that have a worker at once; others wait. */
    @WithDefault("1")
    int maxRunning();

    /** From a worker's launch until it must have said something. */
    @WithDefault("2m")
    Duration startPatience();

    /** After which a worker that was heard, and says something every 5 s, counts as dead. */
    @WithDefault("60s")
    Duration silence();

    /** For a worker to commit after it was told to end; then it is killed. */
    @WithDefault("2m")
    Duration cancelPatience();

    /** Workers that may end badly one after the other without a new checkpoint between them. */
    @WithDefault("5")
    int tries();

    /** Before the first other worker; doubled from one to the next. */
    @WithDefault("2s")
    Duration pause();

    @WithDefault("5m")
    Duration longestPause();

    /** How often processes are looked at. */
    @WithDefault("1s")
    Duration tick();

    /** Whether workers on this machine are told to commit and end when this service is. They go on when it is started again. */
    @WithDefault("false")
    boolean stopWorkersAtShutdown();

    /** How long they have for it. */
    @WithDefault("10s")
    Duration shutdownPatience();

    default Patience patience() {
        return new Patience(startPatience(), silence(), cancelPatience(), tries(), pause(), longestPause());
    }
}
