package io.meshtransformer.inference.service;

import static io.meshtransformer.testkit.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.contracts.FailureCode;
import io.meshtransformer.contracts.GenerationOptions;
import io.meshtransformer.contracts.InferenceRequest;
import io.meshtransformer.contracts.Priority;
import io.meshtransformer.contracts.RequestRefusedException;
import io.meshtransformer.contracts.Sampling;
import io.meshtransformer.contracts.ServedModel;
import io.meshtransformer.contracts.TokenIds;
import io.meshtransformer.files.Sha256;
import io.meshtransformer.gptj.ModelHash;
import io.meshtransformer.gptj.engine.EngineLimits;
import io.meshtransformer.inference.ScriptedEngine;
import io.meshtransformer.inference.engine.LoadedModel;
import io.meshtransformer.inference.engine.Provenance;
import io.meshtransformer.inference.text.IdsOnly;
import io.meshtransformer.inference.worker.Job;
import io.meshtransformer.messaging.IncomingRequest;
import io.meshtransformer.messaging.ReplyAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentificationTest {

    private static final int MOST_WAITING = 2;

    @TempDir
    private Path directory;

    private final List<String> told = new CopyOnWriteArrayList<>();
    private final Identification.Target worker =
            new Identification.Target(job -> told.add(job.request().requestId()), id -> told.add("cancel " + id));
    private Path weights;
    private Identification identification;

    @BeforeEach
    void model() throws IOException {
        var config = Files.writeString(directory.resolve("config.json"), "{}");
        weights = Files.writeString(directory.resolve("model.safetensors"), "weights");
        var engine = new ScriptedEngine(50, new EngineLimits(8, 128, 512, 16, 256, 256));
        var provenance = new Provenance("xla cpu dp=1 mp=8", "bf16", List.of(config, weights));
        identification = new Identification(
                "stories", new LoadedModel(engine, new IdsOnly(50), provenance), "0.1.0", MOST_WAITING);
    }

    @Test
    void theIdentityIsThatOfFilesEngineAndType() throws Exception {
        identification.keeps(describe("a"));
        identification.start(worker);

        await().until(() -> told.contains("a"));
        var hash = ModelHash.of(List.of(directory.resolve("config.json"), weights));
        var identity = Sha256.of((hash + "\nxla cpu dp=1 mp=8\nbf16\n").getBytes(StandardCharsets.UTF_8));
        assertThat(identification.served())
                .isEqualTo(new ServedModel("stories", identity, hash, "xla cpu dp=1 mp=8", "bf16", "0.1.0", 128, 50));
    }

    @Test
    void whoNeedsItWaitsUntilItIsKnownAndNobodyElseDoes() {
        assertThat(identification.keeps(generate("any", null))).isFalse();
        assertThat(identification.keeps(describe("a"))).isTrue();
        assertThat(identification.keeps(generate("b", "abc"))).isTrue();
        assertThat(told).isEmpty();

        identification.start(worker);
        await().until(() -> told.size() == 2);
        assertThat(told).containsExactly("a", "b");
        assertThat(identification.keeps(describe("c"))).isFalse();
    }

    @Test
    void moreThanMayWaitAreRefused() {
        identification.keeps(describe("a"));
        identification.keeps(describe("b"));

        assertThat(identification.keeps(describe("c"))).isFalse();
        assertThatThrownBy(identification::served)
                .isInstanceOfSatisfying(
                        RequestRefusedException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.OVERLOADED))
                .hasMessage("the files of the model 'stories' are being hashed, and 2 requests wait for that already");
    }

    @Test
    void whoIsCancelledWhileItWaitsIsCancelledBeforeItIsSubmitted() {
        identification.keeps(describe("a"));
        identification.cancel("a");
        identification.cancel("elsewhere");

        identification.start(worker);
        await().until(() -> told.size() == 2);
        assertThat(told).containsExactly("cancel a", "a");
    }

    @Test
    void filesThatAreGoneAreNamedAndLookedForAgain() throws Exception {
        Files.delete(weights);
        identification.keeps(describe("a"));
        identification.start(worker);
        await().until(() -> told.contains("a"));
        assertThatThrownBy(identification::served)
                .isInstanceOfSatisfying(
                        RequestRefusedException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.MODEL_NOT_FOUND))
                .hasMessageStartingWith("the model 'stories' can't be told from others, for its files can't be read")
                .hasMessageEndingWith(weights.toString());

        Files.writeString(weights, "weights");
        assertThat(identification.keeps(describe("b"))).isTrue();
        await().until(() -> told.contains("b"));
        assertThat(identification.served().model()).isEqualTo("stories");
    }

    @Test
    void atTheEndThoseThatWaitAreHandedBack() {
        identification.keeps(describe("a"));

        assertThat(identification.stop())
                .extracting(job -> job.request().requestId())
                .containsExactly("a");
        assertThat(identification.stop()).isEmpty();
    }

    private static Job describe(String id) {
        return job(new InferenceRequest.Describe(id, "stories", null));
    }

    private static Job generate(String id, String identity) {
        var options = GenerationOptions.of(1, Sampling.greedy());
        return job(new InferenceRequest.Generate(id, "stories", TokenIds.of(1), options, null, identity));
    }

    private static Job job(InferenceRequest request) {
        return new Job(new IncomingRequest<>(request, new ReplyAddress("answers", 0), () -> {}), Priority.BATCH, 0);
    }
}
