package io.meshtransformer.inference.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.gptj.engine.EngineLimits;
import io.meshtransformer.inference.ScriptedEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class EnginesTest {

    private static final Path STORIES = Path.of(System.getProperty("mtj.root"), "models", "stories");

    @Test
    void anUnknownEngineIsRefusedWithTheChoices() {
        assertThatThrownBy(() -> EngineFactories.named("abacus"))
                .hasMessage("mtj.engine is 'abacus', it must be one of vector, xla");
    }

    @Test
    void theVectorEngineHoldsWhatIsAskedForAndRoomForAStepOfAllSlots() throws Exception {
        var settings = new EngineSettings(
                Optional.of("fp32"),
                OptionalInt.of(600),
                OptionalInt.of(4096),
                OptionalInt.of(1),
                100,
                DeviceSettings.DEFAULT);
        try (var loader = ModelLoader.open(STORIES, EngineFactories.named("vector"), settings, Duration.ZERO)) {
            var model = loader.load();
            try (var engine = model.engine()) {
                assertThat(engine.limits().slots()).isEqualTo(600);
                assertThat(engine.limits().kvTokens()).isEqualTo(4096);
                assertThat(engine.limits().stepTokens()).isGreaterThanOrEqualTo(700);
                assertThat(engine.limits().stepLogits()).isGreaterThan(600);
                assertThat(engine.freeKvTokens()).isEqualTo(4096);
                assertThat(model.texts().available()).isTrue();
                assertThat(model.texts().knownIds()).isEqualTo(4096);
                assertThat(model.provenance().engine()).isEqualTo("vector");
                assertThat(model.provenance().dtype()).isEqualTo("fp32");
            }
        }
    }

    @Test
    void anUnknownDtypeIsRefusedWithTheChoices() throws Exception {
        var settings = new EngineSettings(
                Optional.of("int3"),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                100,
                DeviceSettings.DEFAULT);
        try (var loader = ModelLoader.open(STORIES, EngineFactories.named("vector"), settings, Duration.ZERO)) {
            assertThatThrownBy(loader::load).hasMessageContaining("int3").hasMessageContaining("bf16");
        }
    }

    @Test
    void whatXlaCannotServeIsSaidBeforeWeightsAreRead() {
        var tooMany = new DeviceSettings("cpu", 7, 1, Optional.empty());
        assertThatThrownBy(() -> openWithXla(tooMany))
                .hasMessage("mp is 7, it must divide the model's 8 attention heads");
        var unknown = new DeviceSettings("abacus", 1, 1, Optional.empty());
        assertThatThrownBy(() -> openWithXla(unknown))
                .hasMessageContaining("the plugin is 'abacus', it must be cpu, tpu, cuda or the path");
        assertThatThrownBy(() -> new DeviceSettings("cpu", 0, 1, Optional.empty()))
                .hasMessage("mtj.engine.mp is 0, it must be at least 1");
    }

    private static void openWithXla(DeviceSettings devices) throws Exception {
        var settings = new EngineSettings(
                Optional.empty(), OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), 100, devices);
        ModelLoader.open(STORIES, EngineFactories.named("xla"), settings, Duration.ZERO)
                .close();
    }

    @Test
    void theXlaEngineServesFromSeveralDevices() throws Exception {
        XlaPlugin.require();
        var settings = new EngineSettings(
                Optional.of("fp32"),
                OptionalInt.of(4),
                OptionalInt.empty(),
                OptionalInt.empty(),
                100,
                new DeviceSettings("cpu", 2, 2, Optional.of(XlaPlugin.PROGRAMS)));
        try (var loader = ModelLoader.open(STORIES, EngineFactories.named("xla"), settings, Duration.ZERO);
                var engine = loader.load().engine()) {
            assertThat(engine.limits().slots()).isEqualTo(4);
            assertThat(engine.limits().kvTokens()).isEqualTo(4 * engine.config().contextLength());
            assertThat(engine.freeKvTokens()).isEqualTo(engine.limits().kvTokens());
        }
    }

    @Test
    void theWarmUpLeavesNothingBehindOnAnyEngine() {
        for (var limits : new EngineLimits[] {
            new EngineLimits(1, 1, 1, 1, 1, 1),
            new EngineLimits(1, 2, 16, 16, 1, 1),
            new EngineLimits(64, 2048, 4096, 16, 512, 128),
            new EngineLimits(4, 20, 64, 32, 3, 2)
        }) {
            var engine = new ScriptedEngine(50, limits);
            WarmUp.run(engine, Duration.ofMillis(50));

            assertThat(engine.steps()).isNotEmpty();
            assertThat(engine.openSlots()).isZero();
            assertThat(engine.freeKvTokens()).isEqualTo(limits.kvTokens());
        }
    }
}
