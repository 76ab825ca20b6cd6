package io.meshtransformer.gateway.usage;

import io.meshtransformer.gateway.usage.UsageLedger.Account;
import io.meshtransformer.gateway.usage.UsageLedger.Sums;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.util.Map;

/** The table {@code usage_by_day}; several gateways may add to a row. */
@ApplicationScoped
public class UsageRepository {
    private static final String ADD = """
            insert into gateway.usage_by_day as row (key_id, model, day, requests, prompt_tokens, completion_tokens)
            values (cast(:key as bigint), :model, :day, :requests, :prompt, :completion)
            on conflict (key_id, model, day) do update set
                requests = row.requests + excluded.requests,
                prompt_tokens = row.prompt_tokens + excluded.prompt_tokens,
                completion_tokens = row.completion_tokens + excluded.completion_tokens""";

    private final EntityManager database;

    UsageRepository(EntityManager database) {
        this.database = database;
    }

    /** Adds all or nothing. */
    @Transactional
    public void add(Map<Account, Sums> sums) {
        sums.forEach((account, sum) -> database.createNativeQuery(ADD)
                .setParameter("key", account.key().map(String::valueOf).orElse(null))
                .setParameter("model", account.model())
                .setParameter("day", account.day())
                .setParameter("requests", sum.requests())
                .setParameter("prompt", sum.promptTokens())
                .setParameter("completion", sum.completionTokens())
                .executeUpdate());
    }
}
