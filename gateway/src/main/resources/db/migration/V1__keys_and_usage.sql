create table api_key (
    id bigint generated always as identity primary key,
    name text not null,
    -- SHA-256 of the key, which itself is stored nowhere.
    hash bytea not null unique,
    created timestamptz not null,
    revoked timestamptz
);

create table usage_by_day (
    -- Null for requests without a key.
    key_id bigint references api_key (id),
    model text not null,
    -- In UTC.
    day date not null,
    requests bigint not null,
    prompt_tokens bigint not null,
    completion_tokens bigint not null,
    unique nulls not distinct (key_id, model, day)
);
