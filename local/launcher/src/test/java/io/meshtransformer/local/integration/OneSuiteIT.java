package io.meshtransformer.local.integration;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestClassOrder;

/** What may be asked of any suite, on the same one, whose start takes longer than most of this; last what kills or stops a part of it. */
@TestClassOrder(ClassOrderer.OrderAnnotation.class)
class OneSuiteIT {
    private static RunningSuite suite;

    @BeforeAll
    static void start() throws Exception {
        suite = RunningSuite.start("one");
    }

    @AfterAll
    static void stop() throws Exception {
        if (suite != null) {
            suite.close();
        }
    }

    static RunningSuite suite() {
        return suite;
    }

    @Nested
    @Order(1)
    class BadInput extends RefusesBadInput {}

    @Nested
    @Order(2)
    class ManyStreams extends ServesManyStreams {}

    @Nested
    @Order(3)
    class Evaluation extends EvaluatesTasks {}

    @Nested
    @Order(4)
    class Training extends TrainsAndServes {}

    @Nested
    @Order(5)
    class GatewayStops extends StopsItsGateway {}
}
