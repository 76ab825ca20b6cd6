package io.meshtransformer.evaluation.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.DoubleNode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CanonicalJsonTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void thereIsOneWayToWriteAValue() throws Exception {
        assertCanonical(
                "{ \"b\" : [1, true, null],\n \"a\": {}, \"B\":[] }", "{\"B\":[],\"a\":{},\"b\":[1,true,null]}");
        assertCanonical(
                "[1.0, -0.0, 1e3, 12345678901234567890, 0.1, 1e-7, 1e300]",
                "[1,0,1000,12345678901234567890,0.1,1.0E-7,1.0E300]");
        assertCanonical("\"\\u00e9 \\/ \\\" \\\\ \\u0007\\n\"", "\"é / \\\" \\\\ \\u0007\\n\"");
    }

    private static void assertCanonical(String written, String canonical) throws Exception {
        assertThat(new String(CanonicalJson.bytes(JSON.readTree(written)), UTF_8))
                .isEqualTo(canonical);
    }

    /** Python writes 1e-07 and PostgreSQL 0.0000001 where Java writes 1.0E-7; JavaScript and PostgreSQL write 3 for 3.0. */
    @ParameterizedTest
    @CsvSource({"1e-07, 0.0000001", "3.0, 3", "1.0E10, 10000000000", "1.5e3, 1500"})
    void aNumberIsTheSameHoweverAnotherProgramWroteIt(String one, String other) throws Exception {
        assertThat(CanonicalJson.hash(JSON.readTree(one))).isEqualTo(CanonicalJson.hash(JSON.readTree(other)));
    }

    @Property(tries = 500)
    void writingWhatWasReadChangesNothing(@ForAll double number, @ForAll long whole) throws Exception {
        var tree = JSON.createObjectNode()
                .put("number", Double.isFinite(number) ? number : 0)
                .put("whole", whole);
        var bytes = CanonicalJson.bytes(tree);
        var read = JSON.readTree(bytes);
        assertThat(CanonicalJson.bytes(read)).isEqualTo(bytes);
        assertThat(read.get("number").doubleValue() + 0.0)
                .isEqualTo(tree.get("number").doubleValue() + 0.0);
        assertThat(read.get("whole").longValue()).isEqualTo(whole);
    }

    @Test
    void aNumberBeyondAllNumbersIsRefused() {
        assertThatThrownBy(() -> CanonicalJson.bytes(DoubleNode.valueOf(Double.POSITIVE_INFINITY)))
                .hasMessage("JSON has no number Infinity");
    }
}
