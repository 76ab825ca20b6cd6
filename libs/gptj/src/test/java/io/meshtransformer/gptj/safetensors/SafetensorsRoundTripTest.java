package io.meshtransformer.gptj.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What is written is what is read, for any set of tensors, in any pieces, from several threads. */
class SafetensorsRoundTripTest {
    record Tensor(String name, DataType type, List<Long> dimensions) {
        Shape shape() {
            return new Shape(dimensions);
        }
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void readsWhatWasWritten(@ForAll("tensors") List<Tensor> tensors, @ForAll long seed) throws IOException {
        var directory = Files.createTempDirectory("round-trip");
        var file = directory.resolve("model.safetensors");
        try {
            var specifications = new LinkedHashMap<String, TensorSpecification>();
            var values = new LinkedHashMap<String, float[]>();
            for (var tensor : tensors) {
                specifications.put(tensor.name(), new TensorSpecification(tensor.type(), tensor.shape()));
                values.put(tensor.name(), values(tensor, seed));
            }
            try (var writer = SafetensorsWriter.create(file, specifications)) {
                values.entrySet().parallelStream().forEach(entry -> {
                    try {
                        writeInPieces(writer, entry.getKey(), entry.getValue(), seed);
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
                writer.complete();
            }
            try (var read = SafetensorsFile.open(file)) {
                assertThat(read.entries().keySet()).containsExactlyElementsOf(values.keySet());
                tensors.parallelStream().forEach(tensor -> {
                    try {
                        assertThat(read.entry(tensor.name()).shape()).isEqualTo(tensor.shape());
                        assertThat(bits(read.read(tensor.name()))).isEqualTo(bits(values.get(tensor.name())));
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
            }
        } finally {
            Files.deleteIfExists(file);
            Files.delete(directory);
        }
    }

    @Provide
    Arbitrary<List<Tensor>> tensors() {
        var names = Arbitraries.strings()
                .ofMinLength(1)
                .ofMaxLength(20)
                .filter(name -> !name.equals("__metadata__")
                        && IntStream.range(0, name.length()).noneMatch(i -> Character.isSurrogate(name.charAt(i))));
        var types = Arbitraries.of(DataType.F32, DataType.F16, DataType.BF16);
        var dimensions = Arbitraries.longs().between(0, 40).list().ofMaxSize(3);
        return Combinators.combine(names, types, dimensions)
                .as(Tensor::new)
                .list()
                .uniqueElements(Tensor::name)
                .ofMaxSize(6);
    }

    /** Values that the type holds exactly: any bits, infinities and subnormals included. */
    private static float[] values(Tensor tensor, long seed) {
        var random = new Random(seed ^ tensor.name().hashCode());
        var values = new float[(int) tensor.shape().elements()];
        for (var i = 0; i < values.length; i++) {
            var value = tensor.type() == DataType.F16
                    ? Float.float16ToFloat((short) random.nextInt())
                    : Float.intBitsToFloat(tensor.type() == DataType.BF16 ? random.nextInt() << 16 : random.nextInt());
            values[i] = Float.isNaN(value) ? Float.NaN : value;
        }
        return values;
    }

    private static void writeInPieces(SafetensorsWriter writer, String name, float[] values, long seed)
            throws IOException {
        var random = new Random(seed);
        for (var at = 0; at < values.length; ) {
            var count = 1 + random.nextInt(values.length - at);
            writer.write(name, at, values, at, count);
            at += count;
        }
    }

    private static int[] bits(float[] values) {
        return IntStream.range(0, values.length)
                .map(i -> Float.floatToIntBits(values[i]))
                .toArray();
    }
}
