create table evaluation (
    id bigint generated always as identity primary key,
    name text not null unique,
    -- JSON, every default filled in.
    settings text not null,
    -- The checkpoint that it evaluates, and whether it has to be published first, as where a training run asked for it.
    run text,
    step bigint,
    publish boolean not null,
    created timestamptz not null,

    -- Its life: see State. The moment is when the model is asked again, or when the evaluation ended.
    state text not null,
    moment timestamptz,
    reason text,
    tries integer not null,
    started timestamptz,

    -- What answers, as JSON, and what its texts are read with; null until it is known.
    served text,
    identity text,
    tokenizer_hash text,

    -- JSON of each part's figures, and canonical JSON of all results; null until it is finished.
    figures text,
    results text,
    receipt text,

    -- Who computes results, and until when.
    finisher text,
    finisher_until timestamptz,

    -- When its progress was told last, what it was then, and how fast it went.
    told timestamptz,
    told_done bigint not null,
    rate double precision
);

create index evaluation_going on evaluation (state) where state not in ('FINISHED', 'FAILED', 'CANCELLED');

-- A task under a protocol.
create table part (
    id bigint generated always as identity primary key,
    evaluation bigint not null references evaluation (id),
    ordinal integer not null,
    task text not null,
    version text not null,
    task_hash text not null,
    data_hash text not null,
    excerpt boolean not null,
    protocol text not null,
    few_shot integer not null,
    documents bigint not null,
    unique (evaluation, ordinal)
);

-- Documents [first, last) of a part, worked on as one.
create table chunk (
    part bigint not null references part (id),
    first integer not null,
    last integer not null,
    -- Documents judged.
    done integer not null,
    -- Requests that had a result when they were looked for, and those that had none.
    reused bigint not null,
    asked bigint not null,
    owner text,
    owned_until timestamptz,
    primary key (part, first)
);

create index chunk_open on chunk (part, first) where done < last - first;

-- A judged document. Its row is written once, whoever judges it.
create table document (
    part bigint not null references part (id),
    index integer not null,
    hash bytea not null,
    -- Of each request 32 bytes, in their order.
    requests bytea not null,
    -- JSON.
    judgement text not null,
    -- What it counts, by the ordinal of Quantity: that enumeration only grows at its end. Null where it has no such.
    outcome double precision[] not null,
    primary key (part, index)
);

-- What was answered to a request: evaluation.results, of each key the first.
create table result (
    hash bytea primary key,
    -- One for each continuation; null for a generated text.
    logprobs double precision[],
    greedy boolean[],
    generated text
);

-- Until which offset each partition of evaluation.results is in the table above.
create table projected (
    partition integer primary key,
    next_offset bigint not null
);

-- Why a request has no answer; taken by whoever waits for it.
create table refusal (
    hash bytea primary key,
    code text not null,
    message text not null,
    at timestamptz not null
);

-- What was answered to requests that bypass all this, for the sake of a receipt.
create table replay (
    request_id text primary key,
    -- JSON of the answer.
    answer text not null,
    at timestamptz not null
);

-- A request's id names one of these beside its hash, as a result needs them and an answer has them not.
create table identity (
    id integer generated always as identity primary key,
    identity text not null,
    tokenizer_hash text not null,
    unique (identity, tokenizer_hash)
);

-- Events that the broker does not have yet, written together with what they tell of.
create table outbox (
    id bigint generated always as identity primary key,
    evaluation text not null,
    -- JSON.
    event text not null
);
