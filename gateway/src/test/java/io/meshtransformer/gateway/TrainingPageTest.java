package io.meshtransformer.gateway;

import static io.meshtransformer.testkit.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.gateway.suite.Chromium;
import io.meshtransformer.gateway.suite.GatewayClient;
import io.meshtransformer.gateway.suite.ScriptedTraining;
import io.meshtransformer.gateway.suite.TrainingRun;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The training page, seen by a real browser; its pictures are in target/pictures. */
@QuarkusTest
@WithTestResource(value = SuiteResource.class, initArgs = @ResourceArg(name = SuiteResource.DATABASE, value = "true"))
class TrainingPageTest {
    private static final Path PICTURES = Path.of("target/pictures");

    @TestHTTPResource
    URI base;

    @Inject
    ScriptedTraining training;

    private GatewayClient client;
    private Chromium browser;
    private Wire wire;

    @BeforeEach
    void open() {
        browser = Chromium.start();
        client = new GatewayClient(base).awaitReady();
        wire = new Wire(base);
        browser.look(1280, 900, false);
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
    void aLiveRunIsDrawnAndSurvivesALostConnectionAndAReload() {
        trained("stories-hot", 3e-3, 800);
        var live = trained("stories", 1.5e-3, 640);

        browser.open(wire.address().resolve("/training/"));
        browser.awaitTrue("document.querySelectorAll('tr[data-run]').length >= 2");
        assertThat(browser.text("tr[data-run=stories] .state")).isEqualTo("running");
        picture("list");
        browser.evaluate("document.querySelector('tr[data-run=stories] a').click()");
        browser.awaitTrue("document.querySelectorAll('.chart canvas').length === 5");
        assertThat(browser.text("h1")).isEqualTo("stories");
        assertThat(browser.text(".progress")).contains("640 of 800");
        assertThat(browser.text("tr[data-step=\"600\"]")).contains("best", "82.0 MB", "Publish");

        live.steps(5);
        browser.awaitTrue("document.querySelector('.progress').innerText.includes('645 of 800')");
        wire.cut();
        browser.awaitTrue("document.querySelector('#connection').innerText.includes('lost')");
        live.steps(10);
        wire.mend();
        browser.awaitTrue("document.querySelector('.progress').innerText.includes('655 of 800')");
        browser.reload();
        browser.awaitTrue("document.querySelector('.progress')?.innerText.includes('655 of 800')");
        browser.awaitTrue("document.querySelectorAll('.chart canvas').length === 5");
        await().until(() -> {
            browser.hover("[data-chart=Loss] .u-over", 0.996);
            return browser.text("[data-chart=Loss] .readout").contains("step 65");
        });
        picture("run");
    }

    @Test
    void runsAreComparedOnAPhoneInTheDark() {
        trained("dark-small", 3e-3, 60);
        trained("dark", 1.5e-3, 60);
        browser.look(390, 844, true);

        browser.open(wire.address().resolve("/training/#/runs/dark?with=dark-small"));
        browser.awaitTrue("document.querySelectorAll('[data-chart=Loss] .readout > div').length === 5");
        assertThat(browser.text("[data-chart=Loss] .readout")).contains("dark validation", "dark-small validation");
        assertThat(browser.evaluate("document.documentElement.scrollWidth").asInt())
                .isEqualTo(390);
        browser.evaluate("document.querySelector('.toolbar input[type=checkbox]').focus()");
        browser.press(" ");
        browser.awaitTrue("document.querySelector('.toolbar input[type=checkbox]').checked");
        picture("phone");
    }

    @Test
    void aRunIsCancelledAndACheckpointPublishedByTheirButtons() {
        trained("buttoned", 1.5e-3, 100);

        browser.open(wire.address().resolve("/training/#/runs/buttoned"));
        browser.awaitTrue("document.querySelector('tr[data-step=\"100\"] button') !== null");
        browser.evaluate("document.querySelector('tr[data-step=\"100\"] button').click()");
        browser.awaitTrue("document.querySelector('tr[data-step=\"100\"]').innerText.includes('buttoned@100')");
        browser.evaluate("document.querySelector('button.danger').click()");
        browser.awaitTrue("document.querySelector('.title .state').innerText === 'cancelled'");
        assertThat(browser.text(".actions")).isEqualTo("Resume");
    }

    @Test
    void whatIsNotThereIsSaid() {
        browser.open(wire.address().resolve("/training/#/runs/nobody"));
        browser.awaitTrue("document.querySelector('.empty')?.innerText.includes(\"There is no run 'nobody'\")");
    }

    private void picture(String name) {
        browser.picture(PICTURES.resolve("training-" + name + ".png"));
    }

    private TrainingRun trained(String name, double peak, long steps) {
        return new TrainingRun(client, training, name, peak, Instant.now().minusSeconds(steps)).steps(steps);
    }
}
