package io.meshtransformer.evaluation.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Expected values are CPython 3.11's. */
class PythonTextTest {
    @Test
    void splitsAtEverySeparator() {
        assertThat(PythonText.split("a  b ", " ", -1)).containsExactly("a", "", "b", "");
        assertThat(PythonText.split("", " ", -1)).containsExactly("");
        assertThat(PythonText.split("a-b-c", "-", 1)).containsExactly("a", "b-c");
        assertThat(PythonText.words(" a\u00a0b\u2003\n c\u001c")).containsExactly("a", "b", "c");
        assertThat(PythonText.words(" ")).isEmpty();
        assertThatThrownBy(() -> PythonText.split("a", "", -1)).hasMessage("split: the separator is empty");
    }

    @Property(tries = 200)
    void joinsWhatItSplit(@ForAll String text) {
        assertThat(String.join("a", PythonText.split(text, "a", -1))).isEqualTo(text);
    }

    @Test
    void countsRunsOfSpace() {
        assertThat(List.of("", "a", "a b", " a  b\n", "a\u00a0\u2028b"))
                .extracting(PythonText::piecesBetweenSpace)
                .containsExactly(1, 1, 2, 4, 2);
    }

    @Test
    void stripsWhatPythonCallsSpace() {
        assertThat(PythonText.strip("\u001f\u00a0\u3000 a\u200b \t\u0085")).isEqualTo("a\u200b");
        assertThat(PythonText.stripLeft(" a ")).isEqualTo("a ");
        assertThat(PythonText.stripRight(" a ")).isEqualTo(" a");
        assertThat(PythonText.strip(" \n")).isEmpty();
    }

    @Test
    void capitalisesTheFirstAndLowersTheRest() {
        assertThat(PythonText.capitalize("hELLO World. \u00c9T\u00c9")).isEqualTo("Hello world. \u00e9t\u00e9");
        assertThat(PythonText.capitalize("\u00dftra\u00dfe \u01c6")).isEqualTo("Sstra\u00dfe \u01c6");
        assertThat(PythonText.capitalize("\u01c4A")).isEqualTo("\u01c5a");
        assertThat(PythonText.capitalize("")).isEmpty();
    }
}
