package io.meshtransformer.gptj.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshtransformer.gptj.torch.PickleValue.Text;
import io.meshtransformer.gptj.torch.PickleValue.Tuple;
import io.meshtransformer.gptj.torch.PickleValue.Whole;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnpicklerTest {
    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            cos\\nsystem\\n(X\\x02\\x00\\x00\\x00lstR.                     ; the pickle names os.system, which no weights need
            \\x80\\x04\\x8c\\x08builtins\\x8c\\x04eval\\x93.               ; the pickle names builtins.eval, which no weights need
            cbuiltins\\n__import__\\n.                                  ; the pickle names builtins.__import__
            ctorch.storage\\n_load_from_bytes\\n.                       ; the pickle names torch.storage._load_from_bytes
            (i__main__\\nX\\n.                                          ; instruction 0x69 at byte 1 of the pickle is not needed for weights
            )\\x81.                                                     ; instruction 0x81 at byte 1
            P1\\n.                                                      ; instruction 0x50 at byte 0
            }K\\x01b.                                                   ; the pickle sets the state of Dictionary
            ctorch\\nFloatStorage\\n)R.                                 ; the pickle calls torch.FloatStorage with 0 arguments
            ctorch._utils\\n_rebuild_tensor_v2\\n)R.                    ; the pickle calls torch._utils._rebuild_tensor_v2 with 0 arguments
            K\\x01Q.                                                    ; the pickle refers to Whole, which is no storage
            h\\x05.                                                     ; the pickle recalls value 5, which it has not kept
            t.                                                          ; the pickle goes back to a mark that is not there
            .                                                           ; the pickle takes from an empty stack
            }}K\\x01s.                                                  ; a dictionary of the pickle has a key that is no text
            \\x80\\x01.                                                 ; the pickle has protocol 1, 2 to 5 are read
            X\\xff\\xff\\xff\\x7fa.                                     ; the pickle ends in the middle of an instruction
            \\x8a\\x09aaaaaaaaa.                                        ; the pickle has a number of 9 bytes, at most 8 are read
            """)
    void refusesEverythingThatWeightsDoNotNeed(String pickle, String problem) {
        assertThatThrownBy(() -> Unpickler.read(bytes(pickle)))
                .isInstanceOf(Unpickler.RefusedException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void aDictionaryInsideItselfIsNoTrouble() throws Exception {
        assertThat(Unpickler.read(bytes("}q\\x00K\\x01h\\x00s."))).isInstanceOf(PickleValue.Dictionary.class);
        assertThatThrownBy(() -> Unpickler.read(bytes("}q\\x00K\\x01h\\x00sQ.")))
                .hasMessage("the pickle refers to Dictionary, which is no storage");
    }

    @Test
    void readsNumbersOfEveryWidth() throws Exception {
        assertThat(
                        Unpickler.read(
                                bytes(
                                        "(K\\xffM\\x00\\x80J\\xff\\xff\\xff\\xff\\x8a\\x03\\x00\\x00\\x80\\x8a\\x00X\\x01\\x00\\x00\\x00at.")))
                .isEqualTo(new Tuple(List.of(
                        new Whole(255),
                        new Whole(32768),
                        new Whole(-1),
                        new Whole(-8388608),
                        new Whole(0),
                        new Text("a"))));
    }

    /** Python's notation of bytes. */
    private static byte[] bytes(String text) {
        var bytes = new StringBuilder();
        for (var at = 0; at < text.length(); at++) {
            if (text.charAt(at) != '\\') {
                bytes.append(text.charAt(at));
            } else if (text.charAt(++at) == 'n') {
                bytes.append('\n');
            } else {
                bytes.append((char) Integer.parseInt(text.substring(at + 1, at + 3), 16));
                at += 2;
            }
        }
        return bytes.toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
