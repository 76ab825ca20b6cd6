package io.meshtransformer.evaluation.service.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.evaluation.service.store.Database.DatabaseException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseTest {
    /** Connection lost, deadlock, too many connections, shutdown, starting up. */
    @ParameterizedTest
    @ValueSource(strings = {"08006", "08003", "40P01", "53300", "57P01", "57P03"})
    void whatMayPassIsTriedAgain(String state) {
        assertThat(Database.failure(new SQLException("away", state)))
                .isInstanceOf(DatabaseException.class)
                .hasMessage("the database did not take it: away");
    }

    @Test
    void whoeverWaitedForAConnectionInVainTriesAgain() {
        assertThat(Database.failure(new SQLException("Acquisition timeout while waiting for new connection")))
                .isInstanceOf(DatabaseException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"23505", "42703", "22001"})
    void whatWillNeverDoIsAFault(String state) {
        assertThat(Database.failure(new SQLException("no such column", state)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the database refuses a statement: no such column");
    }
}
