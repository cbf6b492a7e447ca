BEGIN;
-- Once in each transaction, before its first change. COMMIT or ROLLBACK forgets all of it.
SELECT set_config('backoffice.actor_kind', 'member', true),
       set_config('backoffice.actor_id', 'minji', true),
       set_config('backoffice.actor_label', '김민지', true),
       set_config('backoffice.reason', '시즌 종료 정리', true),
       set_config('backoffice.ticket', 'CS-4821', true),
       set_config('backoffice.tool', 'editor', true),
       set_config('backoffice.request_id', '7d1f0c', true);
UPDATE articles_article SET hidden = true WHERE slug = 'refund-1';
COMMIT;
