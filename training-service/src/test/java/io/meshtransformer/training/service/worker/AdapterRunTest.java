package io.meshtransformer.training.service.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.lora.Adapter;
import io.meshtransformer.gptj.random.RandomModel;
import io.meshtransformer.gptj.safetensors.DataType;
import io.meshtransformer.pjrt.plugin.PluginStoreException;
import io.meshtransformer.training.checkpoint.CheckpointCatalog;
import io.meshtransformer.training.run.RunConfiguration;
import io.meshtransformer.training.run.RunDirectory;
import io.meshtransformer.training.run.RunEvent;
import io.meshtransformer.training.run.RunListener;
import io.meshtransformer.training.run.StopSignal;
import io.meshtransformer.training.run.TrainingRun;
import io.meshtransformer.training.service.support.TestRuns;
import io.meshtransformer.xla.runtime.Devices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run of adapters as a worker makes it, on XLA's CPU. */
class AdapterRunTest {
    private static final int STEPS = 30;

    @TempDir
    private Path folder;

    private TestRuns runs;
    private Path base;

    @BeforeEach
    void write() throws IOException {
        requirePlugin();
        runs = TestRuns.in(folder.resolve("data"));
        base = folder.resolve("base");
        RandomModel.write(base, GptjConfig.read(folder.resolve("data/config.json")), DataType.F32, 5);
    }

    private static void requirePlugin() {
        try {
            Devices.library("cpu");
        } catch (PluginStoreException missing) {
            System.err.println("SKIPPED: no run of adapters is made, " + missing.getMessage());
            abort(missing.getMessage());
        }
    }

    @Test
    void itsLossFallsItsBaseStaysAndStoppedItGoesOnAsIfItHadNotBeen() throws IOException {
        var before = Files.readAllBytes(base.resolve("model.safetensors"));
        var unbroken = new ArrayList<RunEvent>();
        run("unbroken", new StopSignal(), unbroken::add);
        var curve = losses(unbroken);
        assertThat(curve).hasSize(STEPS);
        assertThat(validations(unbroken).getLast())
                .isLessThan(validations(unbroken).getFirst() - 0.05);

        var stop = new StopSignal();
        var broken = new ArrayList<RunEvent>();
        run("broken", stop, event -> {
            broken.add(event);
            if (losses(broken).size() == 13) {
                stop.request();
            }
        });
        assertThat(losses(broken)).hasSizeLessThan(STEPS);
        run("broken", new StopSignal(), broken::add);
        assertThat(losses(broken)).isEqualTo(curve);
        assertThat(adapters("broken")).isEqualTo(adapters("unbroken"));
        assertThat(base.resolve("model.safetensors")).hasBinaryContent(before);
    }

    private void run(String name, StopSignal stop, RunListener listener) throws IOException {
        new TrainingRun(
                        new RunDirectory(folder.resolve(name)),
                        RunConfiguration.parse(configuration(name), folder),
                        new XlaEngines(),
                        listener,
                        stop,
                        InstantSource.system())
                .run();
    }

    /** Windows are random, so that there is something to learn only of the same ones: they are validated. */
    private ObjectNode configuration(String name) {
        var json = runs.configuration(name, STEPS).put("batch", 40);
        json.putObject("model").put("from", base.toString());
        json.withObject("/data")
                .putObject("validation")
                .put("seen", folder.resolve("data/train").toString());
        json.putObject("learning_rate").put("peak", 0.03);
        var lora = json.putObject("lora").put("rank", 4).put("alpha", 16);
        List.of("q_proj", "k_proj", "v_proj", "out_proj").forEach(lora.putArray("targets")::add);
        json.putObject("devices").put("plugin", "cpu").put("compute", "fp32");
        return json;
    }

    private static List<Double> losses(List<RunEvent> events) {
        return events.stream()
                .filter(RunEvent.StepCompleted.class::isInstance)
                .map(event -> ((RunEvent.StepCompleted) event).record().result().loss())
                .toList();
    }

    private static List<Double> validations(List<RunEvent> events) {
        return events.stream()
                .filter(RunEvent.ValidationCompleted.class::isInstance)
                .map(event -> ((RunEvent.ValidationCompleted) event).loss())
                .toList();
    }

    private byte[] adapters(String name) throws IOException {
        var last = new CheckpointCatalog(folder.resolve(name).resolve("checkpoints"))
                .latest()
                .orElseThrow();
        return Files.readAllBytes(last.directory().resolve(Adapter.WEIGHTS));
    }
}
