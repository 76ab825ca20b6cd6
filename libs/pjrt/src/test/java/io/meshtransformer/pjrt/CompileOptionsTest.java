package io.meshtransformer.pjrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.pjrt.proto.ProtoMessage;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompileOptionsTest {
    @Test
    void theFieldsAreThoseOfTheProto() {
        assertThat(HexFormat.of().formatHex(CompileOptions.sharded(8).toProto()))
                .isEqualTo("1a14" + "08ffffffffffffffffff01" + "2001" + "2808" + "3001" + "980101");
    }

    @Test
    void aDeviceAssignmentIsWrittenByPartitionAndReadByReplica() {
        var assignment = new DeviceAssignment(List.of(List.of(0, 1, 2), List.of(3, 4, 5)));

        assertThat(DeviceAssignment.read(assignment.toProto().toByteArray())).isEqualTo(assignment);
        assertThat(ProtoMessage.read(assignment.toProto().toByteArray())
                        .messages(3)
                        .get(1)
                        .numbers(1))
                .containsExactly(1L, 4L);
    }

    @Test
    void aFlagIsWrittenAsWhatItIs() {
        var options = CompileOptions.singleDevice()
                .withOverride(NamedValue.of("xla_flag", false))
                .withOverride(NamedValue.of("xla_text", "deep"));

        var flags = ProtoMessage.read(options.toProto()).messages(7);

        assertThat(flags).extracting(flag -> flag.text(1)).containsExactly("xla_flag", "xla_text");
        assertThat(flags.get(1).message(2).text(1)).isEqualTo("deep");
    }

    @Test
    void whatCannotBeCompiledIsRefused() {
        assertThatThrownBy(() -> CompileOptions.sharded(0))
                .hasMessage("replicas and partitions are at least 1, not 1 and 0");
        assertThatThrownBy(() ->
                        CompileOptions.sharded(4).withDeviceAssignment(DeviceAssignment.ofPartitions(List.of(0, 1))))
                .hasMessage("a device assignment of 1 x 2 for 1 replicas of 4 partitions");
        assertThatThrownBy(() -> CompileOptions.singleDevice()
                        .withOverride(NamedValue.of("xla_list", List.of(1L)))
                        .toProto())
                .hasMessage("the XLA flag xla_list cannot be a list of numbers");
    }
}
