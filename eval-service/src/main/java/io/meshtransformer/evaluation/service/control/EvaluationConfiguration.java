package io.meshtransformer.evaluation.service.control;

import io.meshtransformer.evaluation.service.evaluation.Patience;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Where tasks are, how much goes at once, and how long what is waited for. */
@ConfigMapping(prefix = "mtj.evaluation")
public interface EvaluationConfiguration {
    /** Where tasks' documents are looked for; without it there are the excerpts that come with the software. */
    Optional<Path> data();

    /** Definitions of the user's own tasks. */
    Optional<Path> tasks();

    /** Evaluations that go at once; others wait. */
    @WithDefault("4")
    int maxRunning();

    /** Requests of this instance that wait for their answers at once. */
    @WithDefault("256")
    int inFlight();

    /** Documents that one instance claims at once. */
    @WithDefault("64")
    int chunk();

    /** After which another instance takes a chunk of one that said nothing. */
    @WithDefault("60s")
    Duration lease();

    /** Threads that make documents into requests. */
    @WithDefault("1")
    int preparers();

    /** Without any answer, after which requests are asked again. */
    @WithDefault("10m")
    Duration silence();

    /** Before a request is asked again that a model could not answer then; doubled from one to the next. */
    @WithDefault("1s")
    Duration pause();

    /** Until what answers for a model is asked again. */
    @WithDefault("60s")
    Duration modelPatience();

    /** Times that a checkpoint is published before it is given up. */
    @WithDefault("8")
    int modelTries();

    /** Before the second time; doubled from one to the next, up to the patience. */
    @WithDefault("2s")
    Duration modelPause();

    /** How often it is told how evaluations stand. */
    @WithDefault("1s")
    Duration tick();

    default Patience patience() {
        return new Patience(modelPatience(), modelPause(), modelPatience(), modelTries());
    }
}
