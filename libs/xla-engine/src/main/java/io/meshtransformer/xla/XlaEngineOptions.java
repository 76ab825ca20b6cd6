package io.meshtransformer.xla;

import static java.util.Objects.requireNonNull;

import io.meshtransformer.stablehlo.type.ElementType;
import io.meshtransformer.xla.program.DeviceMesh;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * What an {@link XlaEngine} is given; {@link #defaults} has values that work.
 *
 * @param plugin {@code cpu}, {@code tpu} or {@code cuda} from the store of this user, or the path of a plugin's library
 * @param mesh devices: replicas, and the parts that each is cut into
 * @param compute element type of matrices, of what they are multiplied by, and of the KV cache: F32 or BF16
 * @param slots most sequences at once, over all replicas; as many as there is memory for where empty
 * @param window rows of a prefill, a power of 2
 * @param stepTokens most ids in one step
 * @param stepLogits most logit rows in one step
 * @param programCache directory of compiled programs
 */
public record XlaEngineOptions(
        String plugin,
        DeviceMesh mesh,
        ElementType compute,
        OptionalInt slots,
        int window,
        int stepTokens,
        int stepLogits,
        Path programCache) {
    /** Of a replica, where memory allows it. */
    public static final int MOST_SLOTS = 64;

    private static final int WINDOW = 64;
    private static final int STEP_TOKENS = 512;
    private static final int STEP_LOGITS = 128;

    public XlaEngineOptions {
        requireNonNull(plugin, "plugin is null");
        requireNonNull(mesh, "mesh is null");
        requireNonNull(compute, "compute is null");
        requireNonNull(programCache, "programCache is null");
        slots.ifPresent(value -> requireAtLeastOne("slots", value));
        requireAtLeastOne("stepTokens", stepTokens);
        requireAtLeastOne("stepLogits", stepLogits);
        if (Integer.bitCount(window) != 1) {
            throw new IllegalArgumentException("window is " + window + ", it must be a power of 2");
        }
    }

    private static void requireAtLeastOne(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " is " + value + ", it must be at least 1");
        }
    }

    /** One device, bf16, programs kept in {@code ~/.cache/mtj/programs}. */
    public static XlaEngineOptions defaults(String plugin) {
        return new XlaEngineOptions(
                plugin,
                DeviceMesh.SINGLE,
                ElementType.BF16,
                OptionalInt.empty(),
                WINDOW,
                STEP_TOKENS,
                STEP_LOGITS,
                Path.of(System.getProperty("user.home"), ".cache", "mtj", "programs"));
    }

    public XlaEngineOptions withMesh(DeviceMesh newMesh) {
        return new XlaEngineOptions(plugin, newMesh, compute, slots, window, stepTokens, stepLogits, programCache);
    }

    public XlaEngineOptions withCompute(ElementType newCompute) {
        return new XlaEngineOptions(plugin, mesh, newCompute, slots, window, stepTokens, stepLogits, programCache);
    }

    public XlaEngineOptions withSlots(int newSlots) {
        return new XlaEngineOptions(
                plugin, mesh, compute, OptionalInt.of(newSlots), window, stepTokens, stepLogits, programCache);
    }

    public XlaEngineOptions withWindow(int newWindow) {
        return new XlaEngineOptions(plugin, mesh, compute, slots, newWindow, stepTokens, stepLogits, programCache);
    }

    public XlaEngineOptions withStepTokens(int newStepTokens) {
        return new XlaEngineOptions(plugin, mesh, compute, slots, window, newStepTokens, stepLogits, programCache);
    }

    public XlaEngineOptions withStepLogits(int newStepLogits) {
        return new XlaEngineOptions(plugin, mesh, compute, slots, window, stepTokens, newStepLogits, programCache);
    }

    public XlaEngineOptions withProgramCache(Path newProgramCache) {
        return new XlaEngineOptions(plugin, mesh, compute, slots, window, stepTokens, stepLogits, newProgramCache);
    }
}
