package io.meshtransformer.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line itself: usage, help and exit codes. */
class MtjTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "up",
                "down",
                "status",
                "logs",
                "generate",
                "tokenize",
                "plugin",
                "plan",
                "convert",
                "data",
                "train",
                "runs"
            })
    void everyCommandExplainsItselfWithAnExample(String command) {
        assertThat(run(command, "--help")).isZero();

        assertThat(out.toString()).contains("Usage: mtj " + command).containsPattern("Examples?:\\R  mtj " + command);
    }

    @Test
    void theCommandsAreListed() {
        assertThat(run("--help")).isZero();

        assertThat(out.toString())
                .contains(
                        "up ",
                        "down ",
                        "status ",
                        "logs ",
                        "generate ",
                        "tokenize ",
                        "plugin ",
                        "plan ",
                        "data ",
                        "train ",
                        "runs ",
                        "mtj test");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            up --engine abacus     | 'abacus' is not there; this version has vector, xla
            up --mp 8              | --plugin, --mp and --dp are for --engine xla, not for vector
            up --engine xla --mp x | 'x' is not an int
            up --dtype int8        | 'int8' is not there; this version has fp32, bf16
            up --port 70000        | --port is 70000: it must be from 0 to 65535
            up --port eighty       | 'eighty' is not an int
            up --colour            | Unknown option: '--colour'
            generate               | Missing required parameter: 'PROMPT'
            generate x --top-k 1.5 | '1.5' is not an int
            tokenize               | Missing required parameter: 'TEXT'
            train                  | Missing required parameter: 'FILE'
            runs show              | Missing required parameter: 'NAME'
            eval                   | Missing required option: '--tasks=TASK', or a subcommand such as list
            eval --tasks a --limit x | 'x' is not an int
            eval show              | Missing required parameter: 'NAME'
            eval verify r --sample 0 | --sample is 0: it must be at least 1
            evaluate               | Unmatched argument at index 0: 'evaluate'
            """)
    void wrongUsageIsExplainedAndExitsWithTwo(String line, String message) {
        assertThat(run(line.split(" "))).isEqualTo(2);
        assertThat(err.toString()).contains(message);
    }

    @Test
    void noCommandAtAllIsWrongUsage() {
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).contains("Say which command to run", "Usage: mtj");
    }

    @Test
    void whatCannotBeDoneIsOneSentenceAndExitsWithOne() {
        assertThat(run("up", "--model", "storeis")).isEqualTo(1);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString()).startsWith("mtj: model 'storeis' is neither a name nor a directory");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            --mp 3         | mtj: mp is 3, it must divide the model's 8 attention heads
            --plugin tpuu  | mtj: the plugin is 'tpuu', it must be cpu, tpu, cuda or the path of a plugin's library
            """)
    void whatXlaCannotServeIsOneSentenceToo(String options, String message) {
        assertThat(run(("up --model stories --engine xla " + options).split(" ")))
                .isEqualTo(1);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString()).startsWith(message);
    }

    @Test
    void tokensAreShownWithIdsAndPiecesWithoutASuite(@TempDir Path home) {
        assertThat(run("tokenize", "--home", home.toString(), "Once upon\n\u65e5"))
                .isZero();

        assertThat(out.toString().lines())
                .containsExactly(
                        "     ID  PIECE",
                        "    430  \"Once\"",
                        "    458  \" upon\"",
                        "    198  \"\\n\"",
                        "    162  bytes:\\xe6",
                        "    245  bytes:\\x97",
                        "     98  bytes:\\xa5");
    }

    @Test
    void tokensAsJsonAreAListOfIdAndPiece(@TempDir Path home) throws Exception {
        assertThat(run("tokenize", "--json", "--home", home.toString(), "Once upon"))
                .isZero();

        assertThat(new ObjectMapper().readTree(out.toString()))
                .isEqualTo(new ObjectMapper()
                        .readTree("[{\"id\": 430, \"piece\": \"Once\"}, {\"id\": 458, \"piece\": \" upon\"}]"));
    }

    private int run(String... arguments) {
        return Mtj.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
