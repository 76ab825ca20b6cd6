package io.meshtransformer.gptj.mtj;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.meshtransformer.gptj.GptjConfig;
import io.meshtransformer.gptj.safetensors.DataType;
import io.meshtransformer.gptj.safetensors.Shape;
import io.meshtransformer.gptj.source.CopyProgress;
import io.meshtransformer.gptj.source.HeapSource;
import io.meshtransformer.gptj.source.ModelSource;
import io.meshtransformer.gptj.training.StateTensor;
import io.meshtransformer.gptj.training.StateTensor.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is cut into shards is whole again, for any model, number of shards and type, slim and full. */
class ShardingRoundTripTest {
    record Case(GptjConfig config, int shards, int otherShards, DataType type, boolean full, long seed) {}

    @Property(tries = 10, edgeCases = EdgeCasesMode.NONE)
    void anyNumberOfShardsHoldsTheSame(@ForAll("cases") Case given) throws IOException {
        var directory = Files.createTempDirectory("sharding");
        try {
            var source = HeapSource.random(given.config(), given.type(), given.full(), given.seed());
            var first = write(source, directory.resolve("first"), given.shards(), given.type());
            assertSame(source, first, given);
            try (var cut = MtjCheckpoint.open(first, Optional.empty())) {
                assertSame(source, write(cut, directory.resolve("other"), given.otherShards(), given.type()), given);
            }
        } finally {
            try (var files = Files.walk(directory)) {
                for (var file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** Their copies are subnormal, which lie 2^-24 apart: each is off by half of that at most. */
    @Test
    void theSmallestBiasesInF16AreRoundedOncePerCopy(@TempDir Path directory) throws IOException {
        var shards = 16;
        var source = HeapSource.random(new GptjConfig(32, 8, 32, 1, 16, 2, 128, 1e-5f, 0, 0), DataType.F16, false, 1);
        var bias = new StateTensor(Kind.PARAMETER, "transformer.h.0.mlp.fc_out.bias");
        var numbers = new float[32];
        for (var i = 0; i < numbers.length; i++) {
            numbers[i] = (i - 16) * 0x1p-24f;
        }
        source.put(bias, Shape.of(numbers.length), numbers);
        try (var read =
                MtjCheckpoint.open(write(source, directory.resolve("small"), shards, DataType.F16), Optional.empty())) {
            var values = new float[numbers.length];
            read.read(bias, 0, values, 0, values.length);
            assertThat(values).containsExactly(numbers, within(shards * 0x1p-25f));
        }
    }

    @Test
    void refusesWhatMeshTransformerJaxHasNot(@TempDir Path directory) {
        var odd = HeapSource.random(new GptjConfig(30, 8, 12, 1, 3, 2, 20, 1e-6f, 0, 0), DataType.F32, false, 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MtjWriter.write(odd, directory, 2, DataType.F32, CopyProgress.SILENT))
                .withMessage("n_heads is 3, which 2 shards do not divide; the feed-forward's width is 20,"
                        + " mesh-transformer-jax knows only 4 x the model's width of 12; the epsilon of layer norms is"
                        + " 1.0E-6, mesh-transformer-jax knows only 1.0E-5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MtjWriter.write(odd, directory, 3, DataType.F32, CopyProgress.SILENT))
                .withMessage("3 shards: a mesh-transformer-jax checkpoint is written with 1, 2, 4, 8 or 16");
    }

    private static Path write(ModelSource source, Path directory, int shards, DataType type) throws IOException {
        Files.createDirectory(directory);
        MtjWriter.write(source, directory, shards, type, CopyProgress.SILENT);
        return directory;
    }

    private static void assertSame(HeapSource source, Path written, Case given) throws IOException {
        try (var read = MtjCheckpoint.open(written, Optional.empty())) {
            assertThat(read.remarks()).isEmpty();
            assertThat(read.step()).isEqualTo(source.step());
            assertThat(read.type()).isEqualTo(given.type());
            var random = new Random(given.seed());
            for (var tensor : read.tensors().keySet()) {
                var values = new float[(int) read.tensors().get(tensor).elements()];
                readInPieces(read, tensor, values, random);
                // Only a full checkpoint comes with a bias of the embedding.
                var expected = source.tensors().containsKey(tensor) ? source.values(tensor) : new float[values.length];
                assertThat(values).as("%s in %s", tensor, given).isEqualTo(expected);
            }
            assertThat(read.tensors().keySet().stream().filter(tensor -> tensor.kind() == Kind.FIRST_MOMENT))
                    .hasSize(given.full() ? read.tensors().size() / 3 : 0);
        }
    }

    private static void readInPieces(ModelSource source, StateTensor tensor, float[] values, Random random)
            throws IOException {
        for (var at = 0; at < values.length; ) {
            var count = 1 + random.nextInt(values.length - at);
            source.read(tensor, at, values, at, count);
            at += count;
        }
    }

    @Provide
    Arbitrary<Case> cases() {
        var shards = Arbitraries.of(MtjWriter.SHARDS);
        var small = Arbitraries.integers().between(1, 3);
        var types = Arbitraries.of(DataType.F32, DataType.F16, DataType.BF16);
        return Combinators.combine(
                        shards, shards, small, small, types, Arbitraries.of(true, false), Arbitraries.longs())
                .as((first, other, layers, factor, type, full, seed) -> {
                    var heads = Math.max(first, other) * factor;
                    var config = new GptjConfig(
                            Math.max(first, other) * (factor + 1),
                            8,
                            2 * heads,
                            layers,
                            heads,
                            2,
                            8 * heads,
                            1e-5f,
                            0,
                            0);
                    return new Case(config, first, other, type, full, seed);
                });
    }
}
