-- The stage's data, set by set. Run as a superuser with triggers off: history is what is made here.
-- %(articles)s articles, %(versions)s versions over two years; one article of 10,000 versions, and
-- one of 5,000 that has lain dormant since the first month. Numbers are made by division only, so
-- the same sizes give the same rows.

-- partitions
SELECT public.audit_make_partitions((now() - interval '25 months')::date, now()::date);

-- channels
INSERT INTO articles_channel (id, name)
SELECT n, '채널 ' || n FROM generate_series(1, 200) n;

-- members
INSERT INTO articles_member (id, channel_id, key, name, email)
SELECT n, (n - 1) / 20 + 1, 'm' || n, '김민지 ' || n, 'm' || n || '@bench.test'
FROM generate_series(1, 4000) n;

-- spaces
INSERT INTO articles_space (id, channel_id, name, slug)
SELECT n, (n - 1) / 2 + 1, '도움말 ' || n, 's' || n FROM generate_series(1, 400) n;

-- categories
INSERT INTO articles_category (id, channel_id, space_id, name, slug)
SELECT n, (n - 1) / 20 + 1, (n - 1) / 10 + 1, '분류 ' || n, 'c' || n FROM generate_series(1, 4000) n;

-- articles
INSERT INTO articles_article
    (id, channel_id, space_id, category_id, slug, state, author_id, created_at, updated_at)
SELECT n, c.channel_id, c.space_id, c.id, 'article-' || n, 'published', c.channel_id * 20 - n %% 20,
    now() - interval '2 years', now() - n * interval '1 minute'
FROM generate_series(1, %(articles)s) n
JOIN articles_category c ON c.id = ((n - 1) * 4000::bigint / %(articles)s) + 1;

-- translations
INSERT INTO articles_translation (id, channel_id, article_id, language, title, body)
SELECT a.id, a.channel_id, a.id, 'ko', '환불 안내 ' || a.id, '환불은 7일 안에 됩니다. ' || a.id
FROM articles_article a;

-- plan
-- Which event changes what: most change one record, some thirty; numbered in order of time.
CREATE TEMPORARY TABLE plan AS
SELECT n AS event, now() - (%(events)s - n) * (interval '2 years' / %(events)s) AS at,
    (ARRAY[1, 1, 1, 1, 1, 1, 1, 3, 10, 30])[n %% 10 + 1] AS size,
    (n * 7919::bigint) %% %(articles)s AS first,
    (ARRAY['hidden', 'unhidden', 'changed', 'changed'])[n %% 4 + 1] AS verb,
    (ARRAY['{hidden}', '{hidden}', '{position}', '{pinned}'])[n %% 4 + 1]::text[] AS fields
FROM generate_series(1, %(events)s) n
UNION ALL
-- The record of 10,000 versions, changed all the time.
SELECT %(events)s + n, now() - n * (interval '2 years' / 10000), 1, 0, 'changed', '{position}'
FROM generate_series(1, 10000) n
UNION ALL
-- The record of 5,000 versions, dormant since the first month.
SELECT %(events)s + 10000 + n, now() - interval '2 years' + n * interval '5 minutes', 1, 1,
    'changed', '{position}'
FROM generate_series(1, 5000) n
UNION ALL
-- Someone who quit: 3,214 records of one channel, one by one, within three hours.
SELECT %(events)s + 15000 + n, now() - interval '4 hours' + n * interval '3 seconds', 1, 2 + n,
    'trashed', '{deleted_at}'
FROM generate_series(1, 3214) n;
CREATE INDEX ON plan (event);

-- events
INSERT INTO audit_event (id, occurred_at, recorded_at, name, kind, outcome, actor_kind, actor_id,
    actor_label, reason, ticket, target_count, tool, database_role, transaction_id)
SELECT p.event, p.at, p.at, 'records.changed', 'change', 'succeeded', 'member',
    CASE WHEN p.verb = 'trashed' THEN 7 ELSE a.channel_id * 20 - p.event %% 20 END,
    '김민지 ' || a.channel_id * 20 - p.event %% 20,
    CASE WHEN p.event %% 50 = 0 THEN '고객 문의 ' || p.event ELSE '' END,
    CASE WHEN p.event %% 50 = 0 THEN 'CX-' || p.event ELSE '' END, p.size, 'app', 'product', p.event
FROM plan p JOIN articles_article a ON a.id = p.first %% %(articles)s + 1;

-- history
INSERT INTO articles_historicalarticle (history_id, history_date, history_type, event_id, event_at,
    verb, changed_fields, event_scope, event_area, id, created_at, slug, state, hidden, pinned,
    position, channel_id, space_id, category_id, author_id, deleted_at)
SELECT row_number() OVER (ORDER BY p.event, k), p.at + k * interval '1 microsecond', '~', p.event,
    p.at, p.verb, p.fields, a.channel_id, a.space_id, a.id, a.created_at, a.slug, a.state,
    p.verb = 'hidden', p.event %% 4 = 3, p.event %% 1000, a.channel_id, a.space_id, a.category_id,
    a.author_id, CASE p.verb WHEN 'trashed' THEN p.at END
FROM plan p CROSS JOIN LATERAL generate_series(1, p.size) k
JOIN articles_article a ON a.id = (p.first + k - 1) %% %(articles)s + 1;

-- effects
INSERT INTO audit_effect (event_id, occurred_at, entity, verb, fields, scope, area, count, record_id)
SELECT p.event, p.at, 'article', p.verb, p.fields, a.channel_id, a.space_id, p.size,
    CASE p.size WHEN 1 THEN a.id END
FROM plan p JOIN articles_article a ON a.id = p.first %% %(articles)s + 1;

-- sequences
SELECT setval('audit_event_id_seq', (SELECT max(id) FROM audit_event)),
    setval('audit_history_id_seq', (SELECT max(history_id) FROM articles_historicalarticle)),
    setval(pg_get_serial_sequence('articles_article', 'id'), (SELECT max(id) FROM articles_article)),
    setval(pg_get_serial_sequence('articles_channel', 'id'), 200),
    setval(pg_get_serial_sequence('articles_member', 'id'), 4000),
    setval(pg_get_serial_sequence('articles_space', 'id'), 400),
    setval(pg_get_serial_sequence('articles_category', 'id'), 4000),
    setval(pg_get_serial_sequence('articles_translation', 'id'),
        (SELECT max(id) FROM articles_translation));
