package io.meshtransformer.gateway.usage;

import static io.meshtransformer.testkit.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.contracts.Usage;
import io.meshtransformer.gateway.usage.UsageLedger.Account;
import io.meshtransformer.gateway.usage.UsageLedger.Sums;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class UsageLedgerTest {
    private final MemoryRepository repository = new MemoryRepository();
    private final UsageLedger ledger = new UsageLedger(repository);

    @Test
    void whatIsNotYetWrittenIsWrittenAtTheEnd() throws InterruptedException {
        ledger.start(new StartupEvent());
        for (int i = 0; i < 100; i++) {
            ledger.add(Optional.of(7L), "m", new Usage(2, 3));
            ledger.add(Optional.empty(), "m", new Usage(1, 0));
        }

        ledger.stop(new ShutdownEvent());

        assertThat(repository.of(Optional.of(7L))).isEqualTo(new Sums(100, 200, 300));
        assertThat(repository.of(Optional.empty())).isEqualTo(new Sums(100, 100, 0));
    }

    @Test
    void whatCannotBeWrittenIsKeptAndWrittenLater() throws InterruptedException {
        repository.failures.set(2);
        ledger.start(new StartupEvent());
        ledger.add(Optional.of(7L), "m", new Usage(2, 3));
        await().until(() -> repository.failures.get() < 2);
        ledger.add(Optional.of(7L), "m", new Usage(2, 3));

        await().until(() -> repository.of(Optional.of(7L)).equals(new Sums(2, 4, 6)));
        ledger.stop(new ShutdownEvent());
        assertThat(repository.of(Optional.of(7L))).isEqualTo(new Sums(2, 4, 6));
    }

    /** A database that can be away. */
    private static final class MemoryRepository extends UsageRepository {
        private final Map<Account, Sums> rows = new ConcurrentHashMap<>();
        private final AtomicInteger failures = new AtomicInteger();

        private MemoryRepository() {
            super(null);
        }

        @Override
        public void add(Map<Account, Sums> sums) {
            if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new IllegalStateException("the database is away");
            }
            sums.forEach((account, sum) -> rows.merge(account, sum, Sums::plus));
        }

        private Sums of(Optional<Long> key) {
            return rows.entrySet().stream()
                    .filter(row -> row.getKey().key().equals(key))
                    .map(Map.Entry::getValue)
                    .reduce(new Sums(0, 0, 0), Sums::plus);
        }
    }
}
