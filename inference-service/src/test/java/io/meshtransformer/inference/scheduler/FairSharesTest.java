package io.meshtransformer.inference.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FairSharesTest {

    @Test
    void aLonePromptGetsEverything() {
        assertThat(FairShares.divide(new int[] {1000}, 128, 32)).containsExactly(128);
    }

    @Test
    void promptsTakeTurnsAndShortOnesEndInTheirs() {
        assertThat(FairShares.divide(new int[] {1000, 5, 1000}, 128, 32)).containsExactly(64, 5, 59);
    }

    @Test
    void whoIsLateInTurnMayGetNothing() {
        assertThat(FairShares.divide(new int[] {100, 100, 100}, 64, 32)).containsExactly(32, 32, 0);
    }

    @Test
    void nothingIsGivenTwiceAndNothingIsLeftOverWhileThereIsDemand() {
        var random = new Random(3);
        for (int i = 0; i < 1000; i++) {
            var demands = random.ints(random.nextInt(10), 0, 100).toArray();
            var budget = random.nextInt(300);
            var shares = FairShares.divide(demands, budget, 1 + random.nextInt(40));

            assertThat(Arrays.stream(shares).sum())
                    .isEqualTo(Math.min(budget, Arrays.stream(demands).sum()));
            for (int prompt = 0; prompt < demands.length; prompt++) {
                assertThat(shares[prompt]).isBetween(0, demands[prompt]);
            }
        }
    }
}
