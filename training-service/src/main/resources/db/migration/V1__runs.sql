create table run (
    name text primary key,
    -- JSON, every default filled in.
    configuration text not null,
    launcher text not null,
    created timestamptz not null,

    -- Its life: see State. The moment is when the worker was heard, when the next one is due, or when the run ended.
    state text not null,
    moment timestamptz,
    reason text,
    attempts integer not null,
    failures integer not null,
    committed bigint not null,

    -- What its worker said last.
    phase text,
    started timestamptz,
    total_steps bigint,
    parameters bigint,
    devices integer,
    device_kind text,
    dp integer,
    mp integer,
    step bigint not null,
    loss double precision,
    validation_loss double precision,
    best_validation_loss double precision,
    tokens_per_second double precision,
    mfu double precision,
    tokens bigint not null
);

create table step (
    run text not null references run (name),
    step bigint not null,
    time timestamptz not null,
    loss double precision not null,
    cross_entropy double precision not null,
    learning_rate double precision not null,
    gradient_norm double precision not null,
    gradient_noise_scale double precision,
    seconds double precision not null,
    tokens_per_second double precision not null,
    mfu double precision,
    tokens bigint not null,
    epoch double precision not null,
    primary key (run, step)
);

create table validation (
    run text not null references run (name),
    step bigint not null,
    set_name text not null,
    time timestamptz not null,
    loss double precision not null,
    primary key (run, step, set_name)
);

create table checkpoint (
    run text not null references run (name),
    step bigint not null,
    time timestamptz not null,
    path text not null,
    bytes bigint not null,
    validation_loss double precision,
    best boolean not null,
    published boolean not null,
    primary key (run, step)
);

-- Events that the broker does not have yet, written together with what they tell of.
create table outbox (
    id bigint generated always as identity primary key,
    run text not null,
    -- JSON.
    event text not null
);
