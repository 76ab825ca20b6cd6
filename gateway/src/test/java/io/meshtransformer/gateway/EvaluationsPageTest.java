package io.meshtransformer.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.contracts.EvaluationProtocol;
import io.meshtransformer.contracts.EvaluationSettings;
import io.meshtransformer.gateway.suite.Chromium;
import io.meshtransformer.gateway.suite.GatewayClient;
import io.meshtransformer.gateway.suite.ScriptedEvaluation;
import io.meshtransformer.gateway.suite.ScriptedEvaluations;
import io.meshtransformer.gateway.suite.Wire;
import io.meshtransformer.testkit.SuiteResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The evaluations page, seen by a real browser; its pictures are in target/pictures. */
@QuarkusTest
@WithTestResource(value = SuiteResource.class, initArgs = @ResourceArg(name = SuiteResource.DATABASE, value = "true"))
class EvaluationsPageTest {
    private static final Path PICTURES = Path.of("target/pictures");
    private static final int WIDE = 1400;
    private static final int NARROW = 400;
    private static final List<String> TALES = List.of("lambada_openai", "piqa");
    private static final List<EvaluationProtocol> ONE = List.of(EvaluationProtocol.HARNESS);
    private static final List<EvaluationProtocol> BOTH =
            List.of(EvaluationProtocol.HARNESS, EvaluationProtocol.MTJ_2021);

    @TestHTTPResource
    URI base;

    @Inject
    ScriptedEvaluations evaluations;

    private GatewayClient client;
    private Chromium browser;
    private Wire wire;

    @BeforeEach
    void open() {
        browser = Chromium.start();
        client = new GatewayClient(base).awaitReady();
        wire = new Wire(base);
        evaluations.clear();
        browser.look(WIDE, 900, false);
    }

    @AfterEach
    void close() {
        if (browser != null) {
            browser.close();
            wire.close();
            client.close();
        }
    }

    @Test
    void modelsStandBesideThoseThatOthersPublished() {
        finished(
                "six",
                "gpt-j-6b",
                List.of("lambada_openai", "winogrande", "hellaswag", "piqa", "arc_easy"),
                BOTH,
                0.93);
        finished("small", "stories", TALES, BOTH, 0.3);
        checkpoints();
        show("#/");

        browser.awaitTrue("document.querySelectorAll('.board tbody.published').length >= 15");
        assertThat(browser.text(".board [data-model=\"GPT-3 175B\"]")).contains("3.00", "76.2", "70.2", "78.9", "81.0");
        assertThat(browser.text(".board [data-model=\"gpt-j-6b\"]")).contains("harness", "mtj-2021", "69.8", "± 1.5");
        assertThat(count(".board [data-model=\"gpt-j-6b\"] .whisker")).isEqualTo(12);
        // Of a run the last checkpoint alone.
        assertThat(count(".board [data-model^=\"tales@\"]")).isEqualTo(1);
        assertThat(browser.text(".board [data-model^=\"tales@\"]")).contains("tales@600", "curve");

        click("[data-sort=\"piqa acc\"]");
        browser.awaitTrue("document.querySelector('.board tbody.published').dataset.model === 'GPT-3 175B'");
        assertThat(browser.text(".board tbody th.model")).contains("gpt-j-6b");
        assertThat(browser.text("[aria-sort=descending]")).contains("acc");
        picture("board");
        browser.look(NARROW, 800, true);
        assertFits();
        picture("board-phone");
    }

    @Test
    void aRunningEvaluationIsSeenAsItGoesAndAfterALostConnection() {
        running("live", 200, 50);
        show("#/");

        browser.awaitTrue("document.querySelector('[data-evaluation=live] .state')?.innerText === 'running'");
        assertThat(browser.text("[data-evaluation=live]"))
                .contains("200 of 800 documents", "41.5 documents/s", "left", "piqa acc", "±");
        evaluations.done("live", 80);
        awaitProgress("320 of 800");
        wire.cut();
        browser.awaitTrue("document.querySelector('#connection').innerText.includes('lost')");
        evaluations.done("live", 120);
        wire.mend();
        awaitProgress("480 of 800");
        picture("running");

        evaluations.done("live", 200);
        browser.awaitTrue("document.querySelector('tr[data-evaluation=live] .state')?.innerText === 'finished'");
        assertThat(count("article")).isZero();
    }

    @Test
    void anEvaluationIsPausedResumedAndCancelledByItsButtons() {
        running("buttoned", 100, 10);
        show("#/evaluations/buttoned");

        for (var step : List.of("Pause paused", "Resume running", "Cancel cancelled")) {
            var words = step.split(" ");
            browser.awaitTrue(
                    "document.querySelector('[aria-label=\"%s buttoned\"]')?.offsetParent != null".formatted(words[0]));
            click("[aria-label=\"%s buttoned\"]".formatted(words[0]));
            browser.awaitTrue("document.querySelector('.title .state').innerText === '%s'".formatted(words[1]));
        }
        evaluations.failed("buttoned", "The model was replaced while it ran");
        browser.awaitTrue("document.querySelector('.reason').innerText.includes('was replaced')");
    }

    @Test
    void documentsAreLeafedThroughWithBothProtocolsSideBySide() {
        finished("leaf", "stories", List.of("piqa", "lambada_openai"), BOTH, 0.4);
        show("#/evaluations/leaf");

        browser.awaitTrue("document.querySelectorAll('details.document').length === 10");
        assertThat(browser.text("details[open]"))
                .contains("puts <|endoftext|> before", "Context, harness", "Context, mtj-2021", "Rub it with bread.");
        assertThat(browser.text("details[open] .gold")).contains("candle wax", "right", "−");
        assertThat(count("details[open] .chosen")).isEqualTo(4);
        picture("documents");
        clickText("Next →");
        browser.awaitTrue("document.querySelector('.place').innerText.startsWith('10 to 19')");
        clickText("← Previous");
        browser.awaitTrue("document.querySelector('.place').innerText.startsWith('0 to 9')");
        click(".browser input[type=checkbox]");
        browser.awaitTrue("document.querySelector('.place').innerText.includes('that differ')");
        assertThat(browser.evaluate(
                                "[...document.querySelectorAll('details.document')].every(each => new Set([...each.querySelectorAll('.verdict')].map(verdict => verdict.className)).size === 2)")
                        .asBoolean())
                .isTrue();
        browser.evaluate("document.querySelector('.browser select').value = 'lambada_openai'");
        browser.evaluate("document.querySelector('.browser select').dispatchEvent(new Event('change'))");
        browser.awaitTrue("document.querySelector('details[open] .choices')?.innerText.includes('likeliest')");

        clickText("Rebuild");
        browser.awaitTrue("document.querySelector('.said').innerText.startsWith('The same bytes')");
        clickText("Verify");
        browser.awaitTrue("document.querySelector('.said').innerText.startsWith('It holds')");
        browser.look(NARROW, 800, true);
        assertFits();
        picture("documents-phone");
    }

    @Test
    void aRunsCheckpointsAreDrawnAsCurves() {
        checkpoints();
        browser.look(WIDE, 900, true);
        show("#/runs/tales");

        browser.awaitTrue("document.querySelectorAll('.chart canvas').length === 4");
        assertThat(browser.text("[data-chart=\"piqa acc\"] .readout")).contains("harness", "mtj-2021", "%");
        picture("curve");
        add("tales-700", "tales@700", TALES, ONE, 0.6, "tales", 700L);
        evaluations.done("tales-700", 1000);
        browser.awaitTrue("document.querySelector('[data-chart=\"piqa acc\"] .readout').innerText.includes('66.8')");
    }

    @Test
    void anEvaluationIsStartedByTheFormWhichSaysWhatIsWrong() {
        show("#/new");

        browser.awaitTrue("document.querySelectorAll('input[name=task]').length === 5");
        assertThat(browser.evaluate("document.querySelector('#model').value").asText())
                .isEqualTo("alphabet");
        assertThat(browser.text(".option:has(:disabled)")).contains("sciq", "no data here");
        clickText("Start");
        browser.awaitTrue("document.querySelector('.refused').innerText.includes(\"'tasks' has 0 names\")");
        assertThat(browser.evaluate("document.activeElement.name").asText()).isEqualTo("task");
        browser.press(" ");
        fill("#limit", "12");
        fill("#name", "formed");
        picture("form");
        browser.look(NARROW, 800, false);
        assertFits();
        clickText("Start");
        browser.awaitTrue("location.hash === '#/evaluations/formed'");
        browser.awaitTrue("document.querySelector('.subject')?.innerText.includes('first 12 documents')");
    }

    @Test
    void whatIsNotThereIsSaid() {
        show("#/");
        browser.awaitTrue("document.querySelector('.empty')?.innerText.includes('No evaluations yet')");
        assertThat(browser.text(".empty code")).startsWith("./mtj eval");
        browser.awaitTrue("document.querySelectorAll('.board tbody.published').length >= 15");
        picture("empty");
        show("#/evaluations/nobody");
        browser.awaitTrue("document.querySelector('.empty')?.innerText.includes(\"There is no evaluation 'nobody'\")");
        show("#/runs/nobody");
        browser.awaitTrue("document.querySelector('.empty')?.innerText.includes(\"the run 'nobody'\")");
    }

    private void checkpoints() {
        for (long step = 100; step <= 600; step += 100) {
            var name = "tales-" + step;
            add(name, "tales@" + step, TALES, BOTH, 0.5 - 0.4 * Math.exp(-step / 250.0), "tales", step);
            evaluations.done(name, 1000);
        }
    }

    private void finished(
            String name, String model, List<String> tasks, List<EvaluationProtocol> protocols, double quality) {
        add(name, model, tasks, protocols, quality, null, null);
        evaluations.done(name, 1000);
    }

    private void running(String name, int limit, long done) {
        var settings = new EvaluationSettings("stories", TALES, BOTH, limit, null, null);
        evaluations.add(name, new ScriptedEvaluation(name, settings, 0.3, Instant.now(), null, null));
        evaluations.done(name, done);
    }

    private void add(
            String name,
            String model,
            List<String> tasks,
            List<EvaluationProtocol> protocols,
            double quality,
            String run,
            Long step) {
        var settings = new EvaluationSettings(model, tasks, protocols, null, null, null);
        evaluations.add(name, new ScriptedEvaluation(name, settings, quality, Instant.now(), run, step));
    }

    private void show(String hash) {
        browser.open(wire.address().resolve("/evaluations/" + hash));
    }

    private void awaitProgress(String words) {
        browser.awaitTrue(
                "document.querySelector('[data-evaluation=live] .progress').innerText.includes('%s')".formatted(words));
    }

    private int count(String selector) {
        return browser.evaluate("document.querySelectorAll('%s').length".formatted(selector))
                .asInt();
    }

    private void click(String selector) {
        browser.evaluate("document.querySelector('%s').click()".formatted(selector));
    }

    private void clickText(String text) {
        browser.evaluate("[...document.querySelectorAll('button')].find(each => each.innerText === '%s').click()"
                .formatted(text));
    }

    private void fill(String selector, String text) {
        browser.evaluate("document.querySelector('%s').value = '%s'".formatted(selector, text));
    }

    /** Nothing is wider than the window. */
    private void assertFits() {
        assertThat(browser.evaluate("document.documentElement.scrollWidth").asInt())
                .isEqualTo(NARROW);
    }

    private void picture(String name) {
        browser.picture(PICTURES.resolve("evaluations-" + name + ".png"));
    }
}
