package io.meshtransformer.gateway.key;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** A row of {@code api_key}. */
@Entity
@Table(name = "api_key")
public class ApiKey {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    Long id;

    @Column(nullable = false)
    String name;

    /** SHA-256 of the key, which itself is stored nowhere. */
    @Column(nullable = false, unique = true)
    byte[] hash;

    @Column(nullable = false)
    Instant created;

    /** Null while it is valid. */
    Instant revoked;

    protected ApiKey() {}

    ApiKey(String name, byte[] hash, Instant created) {
        this.name = name;
        this.hash = hash;
        this.created = created;
    }
}
