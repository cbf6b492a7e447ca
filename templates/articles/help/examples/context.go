package store

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// Context says who changes something, for whom and from where.
type Context struct {
	ActorKind, ActorID, ActorLabel string
	Reason, Tool, RequestID        string
}

const announce = `SELECT set_config('backoffice.actor_kind', $1, true),
	set_config('backoffice.actor_id', $2, true),
	set_config('backoffice.actor_label', $3, true),
	set_config('backoffice.reason', $4, true),
	set_config('backoffice.tool', $5, true),
	set_config('backoffice.request_id', $6, true)`

// HideArticle hides an article in one transaction that says who did it.
func HideArticle(ctx context.Context, conn *pgx.Conn, slug string, who Context) error {
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, announce, who.ActorKind, who.ActorID, who.ActorLabel,
			who.Reason, who.Tool, who.RequestID); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "UPDATE articles_article SET hidden = true WHERE slug = $1", slug)
		return err
	})
}
