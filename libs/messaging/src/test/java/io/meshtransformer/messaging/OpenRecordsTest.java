package io.meshtransformer.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class OpenRecordsTest {
    @Test
    void whatIsCommittedIsBelowTheFirstThatIsNotDone() {
        var records = new OpenRecords(5);
        for (var offset : List.of(5L, 6L, 9L)) {
            records.taken(offset);
        }
        assertThat(records.advanced()).isFalse();

        records.done(6);
        assertThat(records.advanced()).isFalse();

        records.done(5);
        assertThat(records.advanced()).isTrue();
        assertThat(records.commit()).isEqualTo(9);
        assertThat(records.advanced()).isFalse();

        records.done(9);
        assertThat(records.commit()).isEqualTo(10);
    }

    @Test
    void whatWasNotCommittedIsCommittedAgain() {
        var records = new OpenRecords(0);
        records.taken(0);
        records.done(0);
        assertThat(records.commit()).isEqualTo(1);

        records.uncommitted();
        assertThat(records.advanced()).isTrue();
        assertThat(records.commit()).isEqualTo(1);
    }
}
