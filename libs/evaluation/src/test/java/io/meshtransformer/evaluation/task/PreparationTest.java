package io.meshtransformer.evaluation.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.meshtransformer.testkit.golden.SharedMaterial;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PreparationTest {
    @Test
    void cleansHellaSwagAsTheHarnessDoes() throws IOException {
        var json = new JsonMapper();
        var cases = json.readTree(SharedMaterial.require("golden/lm_eval/results/hellaswag_preprocess.json")
                        .toFile())
                .get("cases");
        assertThat(cases.size()).isEqualTo(6);
        for (var each : cases) {
            var fields = json.convertValue(each, new TypeReference<Map<String, Object>>() {});
            var query = fields.remove("query");
            var choices = fields.remove("choices");
            assertThat(Preparation.HELLASWAG.prepare(fields))
                    .containsEntry("query", query)
                    .containsEntry("choices", choices)
                    .containsEntry("gold", 0);
        }
    }

    @Test
    void cleansHellaSwagWithoutTheReference() {
        var prepared = Preparation.HELLASWAG.prepare(Map.of(
                "activity_label",
                "Baking",
                "ctx_a",
                "[header] How to bake [title] Get flour. [step] Mix  it.",
                "ctx_b",
                "",
                "endings",
                List.of("[substeps] Stir it.", "x [a] y [b] z"),
                "label",
                "1"));
        assertThat(prepared)
                .containsEntry("query", "Baking: How to bake. Get flour. Mix it.")
                .containsEntry("choices", List.of(" Stir it.", "x y z"))
                .containsEntry("gold", 1);
    }

    @Test
    void cutsWinoGrandeAtTheBlank() {
        assertThat(Preparation.WINOGRANDE.prepare(Map.of(
                        "sentence", "So _ got the case.", "option1", "Sarah", "option2", "Maria", "answer", "2")))
                .containsEntry("contexts", List.of("So Sarah", "So Maria"))
                .containsEntry("continuation", "got the case.")
                .containsEntry("gold", 1);
    }

    /** The expected text is what lm-evaluation-harness's wikitext_detokenizer gives. */
    @Test
    void writesWikiTextAsPeopleDo() {
        var page = " = Robert Boulter = \n Robert Boulter is an English film , television and theatre actor . He had a"
                + " guest @-@ starring role on the series The Bill in 2000 ( 1 @,@ 000 viewers ) . \" Cop 's \" it 's N"
                + " [ a ] ; \u00b0 C ' x '\n = = Career = = \n";
        assertThat(Preparation.WIKITEXT.prepare(Map.of("page", page)))
                .containsEntry("page", page)
                .containsEntry(
                        "text",
                        " = Robert Boulter =\nRobert Boulter is an English film, television and theatre actor. He had a"
                                + " guest-starring role on the series The Bill in 2000 (1,000 viewers). \"Cop's\" it's 1 [a];"
                                + "\u00b0C 'x'\n== Career ==\n");
    }

    @Test
    void namesTheFieldAtFault() {
        assertThatThrownBy(() -> Preparation.WINOGRANDE.prepare(Map.of("sentence", "no blank")))
                .hasMessage("'sentence' has no '_': 'no blank'");
        assertThatThrownBy(() -> Preparation.WINOGRANDE.prepare(Map.of("text", "x")))
                .hasMessage("'sentence' is missing, it must be a text; there are [text]");
        assertThatThrownBy(() -> Preparation.ARC.prepare(Map.of("choices", List.of("a", "b"), "gold", 2)))
                .hasMessage("'gold' is 2, it must be 0 to 1");
    }
}
