package io.meshtransformer.inference.service;

import io.meshtransformer.inference.engine.XlaPlugin;
import io.meshtransformer.testkit.SuiteResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.Map;
import org.junit.jupiter.api.condition.EnabledIf;

/** The service does over XLA what it does over the vector engine. */
@QuarkusTest
@TestProfile(XlaInferenceServiceTest.Profile.class)
@WithTestResource(SuiteResource.class)
@EnabledIf(
        value = "io.meshtransformer.inference.engine.XlaPlugin#isInstalled",
        disabledReason = "the XLA engine's CPU plugin is not installed: ./mtj plugin install cpu")
class XlaInferenceServiceTest extends InferenceServiceTest {

    @Override
    String engine() {
        return "xla cpu dp=1 mp=2";
    }

    public static final class Profile implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "mtj.engine", "xla",
                    "mtj.engine.mp", "2",
                    "mtj.engine.program-cache", XlaPlugin.PROGRAMS.toString());
        }
    }
}
