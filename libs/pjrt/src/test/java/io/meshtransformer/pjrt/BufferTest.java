package io.meshtransformer.pjrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.nio.channels.Channels;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BufferTest {
    private static Client client;
    private static Device device;

    @BeforeAll
    static void open() {
        client = Plugins.cpuClient(2);
        device = client.devices().getFirst();
    }

    @AfterAll
    static void close() {
        if (client != null) {
            client.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyElementTypeComesBackAsItWent(ElementType type) {
        var shape = Shape.of(type, 3, 5);
        var values = randomBytes(shape);

        try (var buffer = client.upload(shape, values, device)) {
            assertThat(buffer.toBytes()).isEqualTo(values);
            assertThat(buffer.shape()).isEqualTo(shape);
            assertThat(buffer.deviceBytes()).isGreaterThanOrEqualTo(shape.bytes());
            assertThat(buffer.memory().kind()).isEqualTo("device");
        }
    }

    @Test
    void javaArraysComeBackAsTheyWent() {
        var floats = new float[] {1.5f, -0f, Float.NaN, Float.MIN_VALUE};
        var bf16 = new short[] {0x3F80, (short) 0xBF80, 0x7F80};
        var ints = new int[] {Integer.MIN_VALUE, 7};
        var longs = new long[] {Long.MAX_VALUE};

        try (var f32 = client.upload(Shape.of(ElementType.F32, 4), floats, device);
                var halves = client.upload(Shape.of(ElementType.BF16, 3), bf16, device);
                var s32 = client.upload(Shape.of(ElementType.S32, 2, 1), ints, device);
                var u64 = client.upload(Shape.of(ElementType.U64, 1), longs, device)) {
            assertThat(f32.toFloats()).containsExactly(floats);
            assertThat(halves.toShorts()).containsExactly(bf16);
            assertThat(s32.toInts()).containsExactly(ints);
            assertThat(u64.toLongs()).containsExactly(longs);
        }
    }

    @Test
    void aScalarAndAnEmptyArrayAreArraysToo() {
        try (var scalar = client.upload(Shape.of(ElementType.S32), new int[] {42}, device);
                var empty = client.upload(Shape.of(ElementType.F32, 0, 7), new float[0], device)) {
            assertThat(scalar.toInts()).containsExactly(42);
            assertThat(empty.toFloats()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aHostBufferIsTakenWithEverySemantics(HostBufferSemantics semantics) {
        var shape = Shape.of(ElementType.F32, 64);
        var values = new float[64];
        values[63] = 3;

        Buffer buffer;
        try (var host = HostBuffer.allocate(1024)) {
            host.write(512, values);
            buffer = client.upload(shape, host, 512, semantics, device);
        }

        // The host buffer is closed; the device may still read it.
        try (buffer) {
            assertThat(buffer.toFloats()).isEqualTo(values);
        }
    }

    @Test
    void aHostBufferWithoutACopyIsTheBufferItself() {
        try (var host = HostBuffer.allocate(64);
                var buffer = client.upload(
                        Shape.of(ElementType.S32, 16), host, 0, HostBufferSemantics.IMMUTABLE_ZERO_COPY, device)) {
            assertThat(buffer.toInts()).containsOnly(0);

            // Against the promise, to see whose memory it is.
            host.write(0, new int[] {7});

            assertThat(buffer.toInts()[0]).isEqualTo(7);
        }
    }

    @Test
    void aDirectByteBufferIsTakenFromItsPosition() {
        var direct = ByteBuffer.allocateDirect(24).order(ByteOrder.nativeOrder());
        direct.putInt(1).putInt(2).putInt(3).putInt(4).putInt(5).putInt(6).position(8);

        try (var buffer = client.upload(
                Shape.of(ElementType.S32, 4), direct, HostBufferSemantics.IMMUTABLE_UNTIL_TRANSFER_COMPLETES, device)) {
            assertThat(buffer.toInts()).containsExactly(3, 4, 5, 6);
        }
        assertThatThrownBy(() -> client.upload(
                        Shape.of(ElementType.S8, 4),
                        ByteBuffer.allocate(4),
                        HostBufferSemantics.IMMUTABLE_ONLY_DURING_CALL,
                        device))
                .hasMessage("only a direct ByteBuffer has an address; this one is on the heap");
    }

    @Test
    void aCopyToTheHostGoesOnWhenTheHostBufferIsClosed() {
        var values = randomBytes(Shape.of(ElementType.U8, 1 << 20));
        var direct = ByteBuffer.allocateDirect(values.length);

        try (var buffer = client.upload(Shape.of(ElementType.U8, values.length), values, device)) {
            var host = HostBuffer.allocate(values.length + 64L);
            try (var copy = buffer.copyTo(host, 64)) {
                host.close();
                copy.await();
                assertThat(copy.isReady()).isTrue();
            }
            try (var copy = buffer.copyTo(direct)) {
                copy.await();
            }
        }
        var copied = new byte[values.length];
        direct.get(copied);
        assertThat(copied).isEqualTo(values);
    }

    @Test
    void aBufferIsCopiedToAnotherDevice() {
        var other = client.devices().get(1);

        try (var buffer = client.upload(Shape.of(ElementType.S8, 3), new byte[] {1, 2, 3}, device);
                var ready = buffer.ready();
                var copy = buffer.copyTo(other)) {
            ready.await();
            assertThat(copy.device()).isSameAs(other);
            assertThat(copy.toBytes()).containsExactly(1, 2, 3);
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> client.upload(Shape.of(ElementType.F32, 3), new float[2], device))
                .hasMessage("2 values of 4 bytes are not an array f32[3]");
        assertThatThrownBy(() -> client.upload(Shape.of(ElementType.S32, 2), new float[2], device))
                .hasMessage("floats are not elements of s32[2]");
        assertThatThrownBy(() -> client.upload(Shape.of(ElementType.S8, 4), new int[1], device))
                .isInstanceOf(IllegalArgumentException.class);
        try (var host = HostBuffer.allocate(8);
                var buffer = client.upload(Shape.of(ElementType.F32, 3), new float[3], device)) {
            assertThatThrownBy(() -> client.upload(
                            Shape.of(ElementType.F32, 2),
                            host,
                            4,
                            HostBufferSemantics.IMMUTABLE_ONLY_DURING_CALL,
                            device))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> buffer.copyTo(host, 0)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> buffer.copyTo(ByteBuffer.allocateDirect(8)))
                    .hasMessage("f32[3] needs 12 bytes, not 8");
            assertThatThrownBy(buffer::toShorts).hasMessage("the elements of f32[3] do not have 2 bytes");
            assertThatThrownBy(() -> host.write(4, new float[2])).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> host.read(-1, new byte[1])).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void whatIsReadOnlyIsNotGivenAwayForWriting() {
        var readOnly = ByteBuffer.allocateDirect(64).asReadOnlyBuffer();
        var shape = Shape.of(ElementType.S8, 64);

        assertThatThrownBy(() -> client.upload(shape, readOnly, HostBufferSemantics.MUTABLE_ZERO_COPY, device))
                .isInstanceOf(ReadOnlyBufferException.class);
        try (var buffer = client.upload(shape, readOnly, HostBufferSemantics.IMMUTABLE_ZERO_COPY, device)) {
            assertThatThrownBy(() -> buffer.copyTo(readOnly)).isInstanceOf(ReadOnlyBufferException.class);
            assertThat(buffer.toBytes()).containsOnly(0);
        }
    }

    @Test
    void aHostBufferIsFilledFromAChannelAndWrittenToOne() throws IOException {
        var values = randomBytes(Shape.of(ElementType.U8, 3_000_000));
        var written = new ByteArrayOutputStream();

        try (var host = HostBuffer.allocate(values.length + 10L)) {
            host.readFrom(Channels.newChannel(new ByteArrayInputStream(values)), 10, values.length);
            host.writeTo(Channels.newChannel(written), 10, values.length);
            assertThatThrownBy(() -> host.readFrom(Channels.newChannel(new ByteArrayInputStream(new byte[3])), 0, 4))
                    .hasMessage("the channel ended after 3 of 4 bytes");
        }

        assertThat(written.toByteArray()).isEqualTo(values);
    }

    private static byte[] randomBytes(Shape shape) {
        var values = new byte[Math.toIntExact(shape.bytes())];
        new Random(shape.hashCode()).nextBytes(values);
        if (shape.elementType() == ElementType.PRED) {
            for (var index = 0; index < values.length; index++) {
                values[index] &= 1;
            }
        }
        return values;
    }
}
