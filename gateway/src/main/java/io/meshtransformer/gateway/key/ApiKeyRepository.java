package io.meshtransformer.gateway.key;

import io.quarkus.hibernate.orm.panache.PanacheRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Optional;

/** The keys that clients may show. */
@ApplicationScoped
public class ApiKeyRepository implements PanacheRepository<ApiKey> {
    /** The id of a key that is valid now. */
    @Transactional
    public Optional<Long> validId(String key) {
        return find("hash = ?1 and revoked is null", hash(key))
                .firstResultOptional()
                .map(found -> found.id);
    }

    /** Adds a key; one that is there already, revoked or not, stays as it is. */
    @Transactional
    public void addIfAbsent(String name, String key) {
        getEntityManager()
                .createNativeQuery(
                        "insert into gateway.api_key (name, hash, created) values (?1, ?2, ?3) on conflict (hash) do nothing")
                .setParameter(1, name)
                .setParameter(2, hash(key))
                .setParameter(3, Instant.now())
                .executeUpdate();
    }

    /** From now on the key is not valid. */
    @Transactional
    public void revoke(String key) {
        update("revoked = ?1 where hash = ?2 and revoked is null", Instant.now(), hash(key));
    }

    private static byte[] hash(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
