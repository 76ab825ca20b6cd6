package io.meshtransformer.pjrt.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ProtoTest {
    @Test
    void theWireFormatIsThatOfTheProtobufGuide() {
        assertThat(hex(new ProtoWriter().number(1, 150))).isEqualTo("089601");
        assertThat(hex(new ProtoWriter().text(2, "testing"))).isEqualTo("120774657374696e67");
        assertThat(hex(new ProtoWriter().message(3, new ProtoWriter().number(1, 150))))
                .isEqualTo("1a03089601");
        assertThat(hex(new ProtoWriter().numbers(6, 3, 270, 86942))).isEqualTo("3206038e029ea705");
        assertThat(hex(new ProtoWriter().number(1, -1))).isEqualTo("08ffffffffffffffffff01");
        assertThat(hex(new ProtoWriter().real(4, 1.0))).isEqualTo("21000000000000f03f");
    }

    @Test
    void aFieldAtItsDefaultIsLeftOutUnlessItIsAChoice() {
        assertThat(hex(new ProtoWriter().number(1, 0).flag(2, false))).isEmpty();
        assertThat(hex(new ProtoWriter().presentNumber(2, 0))).isEqualTo("1000");
    }

    @Property
    void whatIsWrittenIsRead(
            @ForAll @IntRange(min = 1, max = 1 << 20) int field,
            @ForAll long number,
            @ForAll String text,
            @ForAll List<Long> numbers) {
        var packed = numbers.stream().mapToLong(Long::longValue).toArray();
        var inner =
                new ProtoWriter().number(field, number).text(field + 1, text).numbers(field + 2, packed);

        var read = ProtoMessage.read(new ProtoWriter().message(field, inner).toByteArray());

        assertThat(read.message(field).number(field)).isEqualTo(number);
        // What is no text, such as half a surrogate pair, comes back as a question mark.
        assertThat(read.message(field).text(field + 1).length()).isEqualTo(text.length());
        assertThat(read.message(field).numbers(field + 2)).isEqualTo(numbers);
    }

    @Property
    void whatIsCutOffIsRefusedOrShorterButNeverMisread(@ForAll @IntRange(min = 0, max = 8) int length) {
        var whole = new ProtoWriter().text(2, "testing").toByteArray();

        if (length == 0) {
            assertThat(ProtoMessage.read(new byte[0]).text(2)).isEmpty();
        } else {
            assertThatThrownBy(() -> ProtoMessage.read(Arrays.copyOf(whole, length)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static String hex(ProtoWriter message) {
        return HexFormat.of().formatHex(message.toByteArray());
    }
}
