package io.meshtransformer.evaluation.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.contracts.AnswerEvent;
import io.meshtransformer.contracts.EvaluationCommand;
import io.meshtransformer.contracts.EvaluationDescription;
import io.meshtransformer.contracts.EvaluationState;
import io.meshtransformer.evaluation.service.support.Commander;
import io.meshtransformer.evaluation.service.support.ScriptedModel;
import io.meshtransformer.evaluation.service.support.ScriptedTrainer;
import io.meshtransformer.testkit.Broker;
import io.meshtransformer.testkit.InjectBroker;
import io.meshtransformer.testkit.Patience;
import io.meshtransformer.testkit.SuiteResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checkpoints whose run wants them evaluated, between real topics and a real database. */
@QuarkusTest
@WithTestResource(value = SuiteResource.class, initArgs = @ResourceArg(name = SuiteResource.DATABASE, value = "true"))
class CheckpointEvaluationTest {
    private static final String STORIES =
            Path.of(System.getProperty("mtj.root"), "models", "stories").toString();

    @InjectBroker
    Broker broker;

    private Commander commander;
    private ScriptedModel model;
    private ScriptedTrainer trainer;

    @BeforeEach
    void prepare() {
        commander = new Commander(broker);
        model = new ScriptedModel(broker);
        trainer = new ScriptedTrainer(broker, name -> model.serves(ScriptedModel.served(name, name)));
    }

    @AfterEach
    void close() {
        trainer.close();
        model.close();
        commander.close();
    }

    private List<EvaluationDescription> of(String run) {
        var answer = (AnswerEvent.EvaluationsDescribed) commander.ask(EvaluationCommand.ListEvaluations::new);
        return answer.evaluations().stream()
                .filter(evaluation -> run.equals(evaluation.run()))
                .toList();
    }

    private List<EvaluationDescription> ended(String run, int count) {
        return Patience.await()
                .until(
                        () -> of(run),
                        all -> all.size() == count
                                && all.stream()
                                        .allMatch(
                                                evaluation -> evaluation.state().ended()));
    }

    @Test
    void eachCheckpointIsPublishedWhenItsTurnComesAndEvaluatedOnce() {
        var first = trainer.commit("tales", 10, STORIES, List.of("piqa"), true);
        trainer.commit("tales", 20, STORIES, List.of("piqa"), true);
        trainer.tell(first);
        trainer.commit("tales", 30, STORIES, List.of(), true);

        var all = ended("tales", 2);
        assertThat(all).extracting(EvaluationDescription::state).containsOnly(EvaluationState.FINISHED);
        assertThat(all).extracting(EvaluationDescription::step).containsExactly(20L, 10L);
        assertThat(all).extracting(evaluation -> evaluation.settings().model()).containsExactly("tales@20", "tales@10");
        assertThat(all.getFirst().name()).startsWith("tales@20-");
        assertThat(all.getFirst().done()).isEqualTo(50);
        // Never two at once: only the newest few are served. One that is asked for too early is published again.
        assertThat(trainer.published()).contains("tales@10", "tales@20");
        assertThat(trainer.published().lastIndexOf("tales@10"))
                .isLessThan(trainer.published().indexOf("tales@20"));
    }

    @Test
    void aCheckpointThatIsGoneAndATaskThatIsNotThereEndTheirEvaluationsWithTheReason() {
        trainer.commit("lost", 5, STORIES, List.of("piqa"), false);
        trainer.commit("lost", 6, STORIES, List.of("nosuch"), true);
        var all = ended("lost", 2);
        assertThat(all).extracting(EvaluationDescription::state).containsOnly(EvaluationState.FAILED);
        assertThat(all.getLast().reason()).isEqualTo("run 'lost' has no checkpoint of step 5");
        assertThat(all.getFirst().reason()).contains("there is no task 'nosuch'");
    }
}
